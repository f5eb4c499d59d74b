package dev.parley.engine.handle;

import dev.parley.Reject;
import dev.parley.RetryAfter;
import dev.parley.engine.runtime.Durations;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed attempt is followed by another one, and when: exponential back-off,
 * doubling, with half of each delay random. Immutable.
 */
final class FailurePolicy {

  private final HandlerSpec spec;
  private final int defaultRetry;
  private final Duration initial;
  private final Duration max;

  FailurePolicy(HandlerSpec spec, int defaultRetry, Duration initial, Duration max) {
    this.spec = spec;
    this.defaultRetry = defaultRetry;
    this.initial = initial;
    this.max = max;
  }

  /**
   * The delay before the next attempt; null when there is none. {@code timeLeft} is the caller's,
   * null without a deadline.
   */
  @Nullable Duration retryDelay(Failure failure, int attempt, @Nullable Duration timeLeft) {
    if (spec.isBroadcast()
        || failure.refused()
        || isFinal(failure.error())
        || attempt > retries(timeLeft)) {
      return null;
    }
    Duration delay =
        failure.error() instanceof RetryAfter asked
            ? Durations.capped(asked.delay())
            : backoff(attempt);
    return timeLeft != null && delay.compareTo(timeLeft) >= 0 ? null : delay;
  }

  private int retries(@Nullable Duration timeLeft) {
    return spec.retry().orElse(timeLeft == null ? defaultRetry : 0);
  }

  private boolean isFinal(Throwable error) {
    return error instanceof Reject
        || spec.noRetry().stream().anyMatch(type -> type.isInstance(error));
  }

  private Duration backoff(int attempt) {
    return backoff(initial, max, attempt);
  }

  /**
   * The delay after that attempt, from 1: between half and all of {@code initial * 2^(attempt-1)},
   * at most {@code max}.
   */
  static Duration backoff(Duration initial, Duration max, int attempt) {
    int doublings = Math.min(attempt - 1, 30);
    long full = Math.min(Durations.nanos(max), saturated(Durations.nanos(initial), doublings));
    return Duration.ofNanos(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }

  private static long saturated(long nanos, int doublings) {
    return nanos > Long.MAX_VALUE >> doublings ? Long.MAX_VALUE : nanos << doublings;
  }
}
