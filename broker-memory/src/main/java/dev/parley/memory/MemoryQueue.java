package dev.parley.memory;

import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A queue: of an address of its own, of a topic's group, or of one broadcast.
 *
 * <p>Any thread may call it. Its fields, and those of its listenings and deliveries, are guarded by
 * this object. Listeners are called without that lock, in order, by whichever thread drains.
 */
final class MemoryQueue implements Destination {

  /** How often a full queue looks for expired messages, which takes a walk through all of it. */
  private static final long PURGE_INTERVAL = 100_000_000;

  private final Source source;
  private final Space space;
  private final int limit;
  private final SerialDrain drain;

  private final ArrayDeque<Stored> ready = new ArrayDeque<>();
  // What came back; always nearer to the head than all that was not delivered yet.
  private final PriorityQueue<Stored> returned =
      new PriorityQueue<>(Comparator.comparingLong(stored -> stored.place));
  private final List<MemoryListening> listenings = new ArrayList<>();
  private final ArrayDeque<Runnable> events = new ArrayDeque<>();
  private int size;
  private int turn;
  private long places;
  private long purgedAt;
  private boolean everPurged;
  private boolean closed;

  MemoryQueue(Source source, Space space, int limit) {
    this.source = source;
    this.space = space;
    this.limit = limit;
    this.drain = SerialDrain.of(this::next, space.time());
  }

  Source source() {
    return source;
  }

  /** How many messages are waiting, delayed or unsettled. */
  synchronized int size() {
    return size;
  }

  /** What it is, with how much in it, and whether somebody listens. */
  synchronized MemoryBroker.Held held() {
    return new MemoryBroker.Held(source, size, !listenings.isEmpty());
  }

  /** Whether anybody consumes from it now. */
  synchronized boolean live() {
    return listenings.stream().anyMatch(listening -> !listening.paused && !listening.stopped);
  }

  @Override
  public synchronized boolean reserve(long now) {
    if (size >= limit) {
      purge(now);
    }
    if (size >= limit) {
      return false;
    }
    size++;
    return true;
  }

  synchronized void unreserve() {
    size--;
  }

  @Override
  public synchronized void add(Stored stored) {
    if (!closed) {
      stored.place = places++;
      ready.add(stored);
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

  void attach(MemoryListening listening) {
    synchronized (this) {
      if (listening.stopped) {
        return; // its transport was closed in between
      }
      listenings.add(listening);
      tell(listening, State.STARTING, null);
      tell(listening, State.CONSUMING, null);
    }
    drain();
  }

  void pause(MemoryListening listening, boolean paused) {
    synchronized (this) {
      if (listening.stopped || listening.paused == paused) {
        return;
      }
      listening.paused = paused;
      tell(listening, paused ? State.PAUSED : State.CONSUMING, null);
    }
    drain();
  }

  void stop(MemoryListening listening) {
    synchronized (this) {
      if (!listening.stopped) {
        listening.stopped = true;
        tell(listening, State.STOPPED, null);
        events.add(listening::completeStop); // in turn, so no delivery is on its way any more
      }
    }
    drain();
  }

  /** Takes back what a stopped listening has not settled, and forgets the listening. */
  void detach(MemoryListening listening) {
    synchronized (this) {
      listenings.remove(listening);
      giveBackUnsettled(listening);
    }
    drain();
  }

  /** All listenings lose their connection, and are back at once. */
  void cut(Throwable reason) {
    synchronized (this) {
      for (MemoryListening listening : listenings) {
        giveBackUnsettled(listening);
        if (!listening.stopped) {
          tell(listening, State.RECOVERING, reason);
          tell(listening, listening.paused ? State.PAUSED : State.CONSUMING, null);
        }
      }
    }
    drain();
  }

  /** Forgets its messages and takes no more: a broadcast whose instance is gone. */
  synchronized void close() {
    closed = true;
    size -= ready.size() + returned.size();
    ready.clear();
    returned.clear();
  }

  private void giveBackUnsettled(MemoryListening listening) {
    for (MemoryDelivery lost : listening.loseUnsettled()) {
      giveBack(lost.stored());
    }
  }

  private void giveBack(Stored stored) {
    if (closed) {
      size--;
    } else {
      returned.add(stored);
    }
  }

  private void tell(MemoryListening listening, State state, @Nullable Throwable error) {
    events.add(() -> listening.listener().changed(state, error));
  }

  /** Claims a delivery for a settlement with outputs; false when it is lost. */
  synchronized boolean begin(MemoryDelivery delivery) {
    return delivery.move(MemoryDelivery.OPEN, MemoryDelivery.SETTLING);
  }

  /** Gives up that claim, because an output failed; false when the delivery is lost. */
  synchronized boolean abandon(MemoryDelivery delivery) {
    return delivery.move(MemoryDelivery.SETTLING, MemoryDelivery.OPEN);
  }

  /** Settles a delivery that is in that state; false when it is lost. */
  boolean settle(MemoryDelivery delivery, int from, Settlement settlement) {
    synchronized (this) {
      if (!delivery.move(from, MemoryDelivery.SETTLED)) {
        return false;
      }
      delivery.listening().untrack(delivery);
      switch (settlement.outcome()) {
        case DONE, DEAD -> size--;
        case RELEASE -> giveBack(delivery.stored());
        case RETRY -> {
          // keeps its place in the count, so that a full queue cannot refuse it
        }
      }
    }
    if (settlement.outcome() == Settlement.Outcome.RETRY) {
      Stored next = delivery.stored().asAttempt(settlement.attempt());
      space.addLater(this, next, SpaceTime.nanos(settlement.delay()));
    }
    return true;
  }

  private boolean next() {
    MemoryDelivery delivery = null;
    Runnable event;
    synchronized (this) {
      event = events.poll();
      if (event == null) {
        delivery = take();
        event = delivery == null ? events.poll() : null; // what expired has left events
      }
    }
    if (delivery != null) {
      space.observers().delivered(source, delivery);
      delivery.listening().listener().delivered(delivery);
      return true;
    }
    if (event != null) {
      event.run();
      return true;
    }
    return false;
  }

  private @Nullable MemoryDelivery take() {
    if (ready.isEmpty() && returned.isEmpty()) {
      return null;
    }
    int free = nextFree();
    Stored stored = free < 0 ? null : pollUnexpired();
    if (stored == null) {
      return null;
    }
    turn = free + 1;
    return listenings.get(free).track(stored);
  }

  private int nextFree() {
    int count = listenings.size();
    for (int i = 0; i < count; i++) {
      int candidate = (turn + i) % count;
      if (listenings.get(candidate).free()) {
        return candidate;
      }
    }
    return -1;
  }

  private @Nullable Stored pollUnexpired() {
    while (true) {
      Stored stored = returned.isEmpty() ? ready.poll() : returned.poll();
      if (stored == null || !stored.expires() || !stored.expired(space.time().now())) {
        return stored;
      }
      expire(stored);
    }
  }

  private void purge(long now) {
    if (everPurged && now - purgedAt < PURGE_INTERVAL) {
      return;
    }
    everPurged = true;
    purgedAt = now;
    returned.removeIf(stored -> purged(stored, now));
    ready.removeIf(stored -> purged(stored, now));
  }

  private boolean purged(Stored stored, long now) {
    boolean expired = stored.expired(now);
    if (expired) {
      expire(stored);
    }
    return expired;
  }

  private void expire(Stored stored) {
    size--;
    if (space.observers().any()) {
      events.add(() -> space.observers().expired(source, stored.message));
    }
  }
}
