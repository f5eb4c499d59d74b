package dev.parley.engine.runtime;

import java.time.Duration;

/** Times of the user's, which may be as long as {@link Duration} allows. */
public final class Durations {

  private static final Duration LONGEST = Duration.ofDays(365L * 100);

  private Durations() {}

  /**
   * In nanoseconds; a hundred years for anything longer, so that sums with a clock do not overflow.
   */
  public static long nanos(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }

  /** The duration; a hundred years for anything longer. */
  public static Duration capped(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
