package dev.parley.engine.runtime;

import dev.parley.BrokerClosedException;

/**
 * Says who may still publish: everybody; once the broker drains only its running handlers; once it
 * is closed nobody. Any thread may call it.
 */
public final class Gate {

  private enum State {
    OPEN,
    DRAINING,
    CLOSED
  }

  private final Object broker;
  private volatile State state = State.OPEN;

  /** The open gate of that broker, as {@link HandlerScope} knows it. */
  public Gate(Object broker) {
    this.broker = broker;
  }

  /** Throws {@link BrokerClosedException} when this thread may not publish any more. */
  public void check(String what) {
    State now = state;
    if (now == State.OPEN || (now == State.DRAINING && HandlerScope.isInside(broker))) {
      return;
    }
    throw new BrokerClosedException(
        "The broker object "
            + (now == State.CLOSED ? "is closed" : "is closing")
            + ": "
            + what
            + " was refused",
        null);
  }

  /** Lets handlers through only. */
  public void drain() {
    state = State.DRAINING;
  }

  /** Lets nobody through. */
  public void close() {
    state = State.CLOSED;
  }

  /** Whether it is open for everybody. */
  public boolean isOpen() {
    return state == State.OPEN;
  }
}
