package dev.parley.redis;

import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.support.InOrder;
import org.jspecify.annotations.Nullable;

/**
 * Tells one listener of deliveries and changes, in order and without a lock held. Any thread adds,
 * often with the lock of the state it tells of, and then calls {@link #tell} without it.
 */
final class StateTeller {

  private final DeliveryListener listener;
  private final InOrder events = new InOrder();
  private State told = State.STARTING; // guarded by this

  StateTeller(DeliveryListener listener) {
    this.listener = listener;
  }

  /** The state is this now; nothing follows {@link State#STOPPED}. */
  synchronized void add(State state, @Nullable Throwable error) {
    if (told == State.STOPPED || (state == told && error == null)) {
      return;
    }
    told = state;
    events.add(() -> listener.changed(state, error));
  }

  void add(Delivery delivery) {
    events.add(() -> listener.delivered(delivery));
  }

  void tell() {
    events.tell();
  }
}
