package dev.parley.rabbit;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes one thread that waits for work. Any thread rings; only the owner, whoever called {@link
 * #owner}, waits.
 *
 * <p>Ringing sets the flag after the work was queued, and the owner clears it before it looks at
 * the queue, so no work is left behind; only the first of many rings pays for waking the owner.
 */
final class Doorbell {

  private volatile boolean rung;
  private volatile @Nullable Thread owner;

  /** The current thread is the one that waits from now on. */
  void owner() {
    owner = Thread.currentThread();
  }

  /** There is work. */
  void ring() {
    if (!rung) {
      rung = true;
      LockSupport.unpark(owner);
    }
  }

  /** The owner is about to look for work. */
  void answer() {
    rung = false;
  }

  /** Waits until somebody rings, at most so long; returns early when interrupted. */
  void await(long nanos) {
    long until = System.nanoTime() + nanos;
    long left = nanos;
    while (!rung && left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = until - System.nanoTime();
    }
  }
}
