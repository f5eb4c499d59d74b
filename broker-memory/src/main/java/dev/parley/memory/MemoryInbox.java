package dev.parley.memory;

import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import java.util.ArrayDeque;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A private address of one transport. Any thread may call it; its fields are guarded by this
 * object, and its listener is called without the lock, in order, by whichever thread drains.
 */
final class MemoryInbox implements Inbox, Destination {

  private final MemoryTransport transport;
  private final Space space;
  private final InboxListener listener;
  private final int limit;
  private final SerialDrain drain;
  private final ArrayDeque<Stored> messages = new ArrayDeque<>();
  private final ArrayDeque<Runnable> events = new ArrayDeque<>();
  private int size; // what is waiting and what has a place reserved
  private @Nullable String name;
  private boolean closed;

  MemoryInbox(MemoryTransport transport, Space space, InboxListener listener, int limit) {
    this.transport = transport;
    this.space = space;
    this.listener = listener;
    this.limit = limit;
    this.drain = SerialDrain.of(this::next, space.time());
  }

  /** Gets its first address. */
  void open() {
    synchronized (this) {
      if (!closed && name == null) { // not closed or cut in between
        takeName();
      }
    }
    drain();
  }

  /** Loses its address and what waits, and gets another. */
  void cut(String reason) {
    synchronized (this) {
      if (closed) {
        return;
      }
      leaveName();
      events.add(() -> listener.gone(reason));
      takeName();
    }
    drain();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      leaveName();
    }
    transport.forget(this);
  }

  private void takeName() {
    String fresh = "inbox-" + UUID.randomUUID();
    name = fresh;
    space.addInbox(fresh, this);
    events.add(() -> listener.ready(Address.reply(fresh)));
  }

  private void leaveName() {
    if (name != null) {
      space.removeInbox(name);
      name = null;
    }
    size -= messages.size();
    messages.clear();
  }

  @Override
  public synchronized boolean reserve(long now) {
    if (size >= limit) {
      return false;
    }
    size++;
    return true;
  }

  @Override
  public synchronized void add(Stored stored) {
    if (closed) {
      size--;
    } else {
      messages.add(stored);
    }
  }

  @Override
  public synchronized boolean offer(Stored stored, long now) {
    return Destination.super.offer(stored, now); // under one lock instead of two
  }

  @Override
  public void drain() {
    drain.run();
  }

  private boolean next() {
    Runnable event;
    Stored stored = null;
    synchronized (this) {
      event = events.poll();
      if (event == null) {
        stored = messages.poll();
        if (stored == null) {
          return false;
        }
        size--;
      }
    }
    if (event != null) {
      event.run();
    } else if (stored != null && !(stored.expires() && stored.expired(space.time().now()))) {
      listener.received(stored.message);
    }
    return true;
  }
}
