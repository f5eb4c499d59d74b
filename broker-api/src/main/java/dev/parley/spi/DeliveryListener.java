package dev.parley.spi;

import org.jspecify.annotations.Nullable;

/**
 * Receives the deliveries and the state of one {@link Listening}; called from the transport's
 * threads, must not block or throw.
 */
public interface DeliveryListener {

  /** A delivery, to be settled in the end. */
  void delivered(Delivery delivery);

  /** The state has changed; {@code error} is why, null when all is well. */
  void changed(State state, @Nullable Throwable error);

  /** The states of a listening. */
  enum State {
    /** Not consuming yet. */
    STARTING,
    /** Consuming: the broker has confirmed it. */
    CONSUMING,
    /** Paused on request. */
    PAUSED,
    /** Not consuming, and trying again with back-off. */
    RECOVERING,
    /** Stopped for good. */
    STOPPED
  }
}
