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

  /** It has ended; the thread's flag is clear, whoever set it: the next handler is not meant. */
  synchronized void end() {
    thread = null;
    Thread.interrupted();
  }
}
