package dev.parley.kafka;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets one thread wait until any other rings, or a time is over. Guarded by its own monitor. */
final class Alarm {

  private boolean rung;

  /** Ends the wait of this moment, or else the next. */
  synchronized void ring() {
    rung = true;
    notifyAll();
  }

  /** Waits; false when interrupted, which nobody but the end of the JVM does. */
  synchronized boolean await(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    long left = limit.toNanos();
    try {
      while (!rung && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = until - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    rung = false;
    return true;
  }
}
