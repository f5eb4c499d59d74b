package dev.parley.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * Interrupts the thread of a producer, and never what the thread does afterwards. Guarded by its
 * monitor.
 */
final class Interruption {

  private @Nullable Thread thread;
  private boolean asked;
  private boolean interrupted;

  /** This thread produces from now on; it is interrupted at once if that was asked for before. */
  synchronized void begin() {
    thread = Thread.currentThread();
    if (asked) {
      interrupt();
    }
  }

  /** Interrupts the producer, now or when it begins. */
  synchronized void interrupt() {
    asked = true;
    if (thread != null && !interrupted) {
      interrupted = true;
      thread.interrupt();
    }
  }

  /** It has ended; the thread's flag is as it was. */
  synchronized void end() {
    thread = null;
    if (interrupted) {
      Thread.interrupted(); // ours, not to be seen by the next handler of this thread
    }
  }
}
