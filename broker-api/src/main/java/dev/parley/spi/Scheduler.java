package dev.parley.spi;

import java.time.Duration;

/**
 * The one timer of a broker: monotonic time, and actions at a later time. Any thread may call it.
 */
public interface Scheduler {

  /** Monotonic time in nanoseconds, comparable only with other values from here. */
  long nanoTime();

  /**
   * Runs the action once, after the delay, on the timer thread: it must not block or throw.
   *
   * <p>After the broker was closed nothing runs any more.
   */
  Task schedule(Duration delay, Runnable action);

  /** A scheduled action. */
  @FunctionalInterface
  interface Task {

    /** Keeps the action from running, unless it has begun already. Idempotent. */
    void cancel();
  }
}
