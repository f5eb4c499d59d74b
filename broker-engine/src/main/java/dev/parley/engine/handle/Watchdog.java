package dev.parley.engine.handle;

import dev.parley.engine.runtime.TimerWheel;
import dev.parley.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts the thread of one attempt: at its limit, or because the broker closes. After {@link
 * #end()} it never does, and the thread's interrupt flag is clear, whoever set it: the thread goes
 * on to settle and to other messages, which are not meant.
 *
 * <p>Guarded by its monitor, which keeps an interrupt from coming after the end.
 */
final class Watchdog {

  /** Why a handler was interrupted. */
  enum Bite {
    LIMIT,
    CLOSING,
    CANCELLED
  }

  private final Scheduler.Task task;
  private @Nullable Thread thread;
  private @Nullable Bite bite;

  private Watchdog(TimerWheel timer, long limitNanos) {
    this.thread = Thread.currentThread();
    this.task = timer.scheduleNanos(limitNanos, () -> interrupt(Bite.LIMIT));
  }

  /** Watches this thread from now on, until that limit. */
  static Watchdog start(TimerWheel timer, long limitNanos) {
    return new Watchdog(timer, limitNanos);
  }

  /** Interrupts the thread, unless it has ended or was interrupted already. */
  synchronized void interrupt(Bite reason) {
    if (thread != null && bite == null) {
      bite = reason;
      thread.interrupt();
    }
  }

  /** The handler has returned; says why it was interrupted, null when it was not. */
  @Nullable Bite end() {
    task.cancel();
    synchronized (this) {
      thread = null;
      Thread.interrupted();
      return bite;
    }
  }
}
