package dev.parley.faults;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Waits for what must come, with a limit. Stateless. */
final class Patience {

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration ENDING = Duration.ofSeconds(10);

  private Patience() {}

  /** Whether it came true within that time. */
  static boolean until(Duration limit, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(LOOK.toMillis());
    }
    return true;
  }

  /** What is still there after that time; empty as soon as nothing is. */
  static List<String> untilNone(Duration limit, Callable<List<String>> remaining) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    List<String> rest = remaining.call();
    while (!rest.isEmpty() && System.nanoTime() - deadline < 0) {
      Thread.sleep(10 * LOOK.toMillis());
      rest = remaining.call();
    }
    return rest;
  }

  /** Until the thread has ended, as it was told to. */
  static void join(Thread thread) {
    try {
      thread.join(ENDING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new IllegalStateException("Thread " + thread.getName() + " does not end");
    }
  }
}
