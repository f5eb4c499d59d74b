package dev.parley.engine.handle;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one attempt may take: its handler's limit, and what is left to its caller. Immutable.
 *
 * @param deadlineNanos until when the caller waits; {@link Long#MAX_VALUE} for ever
 * @param limit that of the handler
 */
record TimeBudget(Scheduler clock, long deadlineNanos, Duration limit) {

  private static final Duration GRACE = Duration.ofMillis(50);

  boolean hasDeadline() {
    return deadlineNanos != Long.MAX_VALUE;
  }

  /** Whether the caller no longer waits. */
  boolean isLate() {
    return hasDeadline() && deadlineNanos - clock.nanoTime() <= 0;
  }

  /** How long the caller still waits; null for as long as it takes. */
  @Nullable Duration timeLeft() {
    return hasDeadline() ? Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanoTime())) : null;
  }

  /**
   * The limit for a handler that has run for so long, or a little after its caller's, when the
   * handler's own calls have ended by it.
   */
  Duration limitAfter(long runNanos) {
    Duration own = limit.minusNanos(runNanos);
    Duration left = timeLeft();
    return left != null && left.plus(GRACE).compareTo(own) < 0 ? left.plus(GRACE) : own;
  }
}
