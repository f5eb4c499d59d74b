package dev.parley.memory;

import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The sends whose confirms are held on request. Any thread may call it; the set, bounded by the
 * deadlines of the sends in it, is guarded by this object, and listeners are called without the
 * lock.
 */
final class HeldConfirms {

  /** One send; a class, not a record, because each is equal to itself alone. */
  private static final class Held {

    private final MemoryTransport owner;
    private final SendListener listener;

    Held(MemoryTransport owner, SendListener listener) {
      this.owner = owner;
      this.listener = listener;
    }
  }

  private final Set<Held> held = new LinkedHashSet<>();
  private volatile boolean holding; // volatile, so that a send that is not held takes no lock

  void hold() {
    holding = true;
  }

  void release() {
    synchronized (this) {
      holding = false; // under the lock, so that no send is kept after the last release
    }
    finish(owner -> true, SendResult.CONFIRMED);
  }

  /** The connection of those owners is lost. */
  void lose(Predicate<MemoryTransport> owners, SendResult result) {
    finish(owners, result);
  }

  /** Whether it keeps this confirm from its listener; then it will tell it in the end. */
  boolean keep(MemoryTransport owner, SendListener listener, SpaceTime time, long nanosLeft) {
    return holding && keepHeld(new Held(owner, listener), time, nanosLeft);
  }

  private boolean keepHeld(Held send, SpaceTime time, long nanosLeft) {
    synchronized (this) {
      if (!holding) {
        return false;
      }
      held.add(send);
    }
    time.schedule(nanosLeft, () -> expire(send));
    return true;
  }

  private void expire(Held send) {
    boolean waiting;
    synchronized (this) {
      waiting = held.remove(send);
    }
    if (waiting) {
      send.listener.completed(
          SendResult.unknown("the deadline passed before it was confirmed", null));
    }
  }

  private void finish(Predicate<MemoryTransport> owners, SendResult result) {
    List<Held> finished;
    synchronized (this) {
      finished = held.stream().filter(send -> owners.test(send.owner)).toList();
      finished.forEach(held::remove);
    }
    finished.forEach(send -> send.listener.completed(result));
  }
}
