package dev.parley.memory;

import static dev.parley.spi.ConnectionState.BLOCKED;
import static dev.parley.spi.ConnectionState.CLOSED;
import static dev.parley.spi.ConnectionState.CONNECTING;
import static dev.parley.spi.ConnectionState.DOWN;
import static dev.parley.spi.ConnectionState.UP;

import dev.parley.spi.ConnectionState;
import dev.parley.spi.TransportListener;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The two connections of a transport as its listener sees them; opening one takes no time.
 *
 * <p>Any thread may call it. The events are guarded by this object and told in order, without the
 * lock.
 */
final class Connections {

  /** A connection. */
  enum Kind {
    PUBLISH("publish"),
    CONSUME("consume");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  private final TransportListener listener;
  private final SerialDrain drain;
  private final ArrayDeque<Runnable> events = new ArrayDeque<>();
  private volatile boolean publishOpen; // volatile, because it is read for every send
  private volatile boolean consumeOpen;
  private boolean closed;

  Connections(TransportListener listener, SpaceTime time) {
    this.listener = listener;
    this.drain = SerialDrain.of(this::next, time);
  }

  /** Opens that connection if it is not open. */
  void use(Kind kind) {
    if (!isOpen(kind)) {
      open(kind);
    }
  }

  private boolean isOpen(Kind kind) {
    return kind == Kind.PUBLISH ? publishOpen : consumeOpen;
  }

  private void open(Kind kind) {
    synchronized (this) {
      if (closed || isOpen(kind)) {
        return;
      }
      if (kind == Kind.PUBLISH) {
        publishOpen = true;
      } else {
        consumeOpen = true;
      }
      tell(kind, CONNECTING, null);
      tell(kind, UP, null);
    }
    drain.run();
  }

  /** Those that are open are lost, and are back. */
  void cut(Throwable reason) {
    synchronized (this) {
      for (Kind kind : Kind.values()) {
        if (!closed && isOpen(kind)) {
          tell(kind, DOWN, reason);
          tell(kind, CONNECTING, null);
          tell(kind, UP, null);
        }
      }
    }
    drain.run();
  }

  /** What is sent is accepted but not confirmed, or is again. */
  void block(boolean blocked) {
    synchronized (this) {
      if (!closed && publishOpen) {
        tell(Kind.PUBLISH, blocked ? BLOCKED : UP, null);
      }
    }
    drain.run();
  }

  void close() {
    synchronized (this) {
      closed = true;
      for (Kind kind : Kind.values()) {
        tell(kind, CLOSED, null);
      }
    }
    drain.run();
  }

  private void tell(Kind kind, ConnectionState state, @Nullable Throwable error) {
    events.add(() -> listener.changed(kind.label, state, error));
  }

  private boolean next() {
    Runnable event;
    synchronized (this) {
      event = events.poll();
    }
    if (event != null) {
      event.run();
    }
    return event != null;
  }
}
