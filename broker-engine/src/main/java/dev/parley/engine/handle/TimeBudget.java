package dev.parley.engine.handle;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one attempt may take: its handler's limit, and what is left to its caller. Immutable.
 *
 * @param deadlineNanos until when the caller waits; {@link Long#MAX_VALUE} for ever
 * @param limitNanos that of the handler
 */
record TimeBudget(Scheduler clock, long deadlineNanos, long limitNanos) {

  private static final long GRACE_NANOS = Duration.ofMillis(50).toNanos();

  boolean hasDeadline() {
    return deadlineNanos != Long.MAX_VALUE;
  }

  /** Whether the caller no longer waits. */
  boolean isLate() {
    return hasDeadline() && leftNanos() <= 0;
  }

  /** How long the caller still waits; null for as long as it takes. */
  @Nullable Duration timeLeft() {
    return hasDeadline() ? Duration.ofNanos(Math.max(0, leftNanos())) : null;
  }

  /**
   * The limit, in nanoseconds, for a handler that has run for so long, or a little after its
   * caller's, when the handler's own calls have ended by it.
   */
  long limitNanosAfter(long runNanos) {
    long own = limitNanos - runNanos;
    return hasDeadline() ? Math.min(own, Math.max(0, leftNanos()) + GRACE_NANOS) : own;
  }

  private long leftNanos() {
    return deadlineNanos - clock.nanoTime();
  }
}
