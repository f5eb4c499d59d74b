package dev.parley.engine.runtime;

import java.util.function.LongSupplier;

/**
 * How many lines of log are written about messages that were refused: a hundred at once, then ten
 * each second, so that whoever sends rubbish does not fill a disk. Any thread; guarded by its
 * monitor.
 */
public final class LogBudget {

  private static final int BURST = 100;
  private static final long NANOS_EACH = 100_000_000;

  private final LongSupplier nanoTime;
  private long allowed = BURST; // guarded by this
  private long countedNanos; // guarded by this
  private long left; // guarded by this

  /** By that monotonic clock. */
  public LogBudget(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.countedNanos = nanoTime.getAsLong();
  }

  /** What is said of those that were left out; nothing when none was. */
  public static String leftOut(long count) {
    return count == 0 ? "" : " (and " + count + " lines like it were left out)";
  }

  /** How many were left out before this one, or -1 when it is left out too. */
  public synchronized long next() {
    long now = nanoTime.getAsLong();
    long more = (now - countedNanos) / NANOS_EACH;
    if (more > 0) {
      allowed = Math.min(BURST, allowed + more);
      countedNanos += more * NANOS_EACH;
    }
    if (allowed == 0) {
      left++;
      return -1;
    }
    allowed--;
    long before = left;
    left = 0;
    return before;
  }
}
