package dev.parley.engine.handle;

/**
 * How long a handler takes, as a mean and a mean deviation that follow what is measured, in the way
 * of TCP's estimate of a round trip (RFC 6298). Not thread-safe.
 */
final class HandlingTime {

  private static final double MEAN_GAIN = 1.0 / 8;
  private static final double DEVIATION_GAIN = 1.0 / 4;
  private static final double DEVIATIONS = 4;

  private boolean known;
  private double mean;
  private double deviation;

  void measured(long nanos) {
    if (!known) {
      known = true;
      mean = nanos;
      deviation = nanos / 2.0;
      return;
    }
    deviation += DEVIATION_GAIN * (Math.abs(nanos - mean) - deviation);
    mean += MEAN_GAIN * (nanos - mean);
  }

  /** Whether anything was measured yet. */
  boolean isKnown() {
    return known;
  }

  double mean() {
    return mean;
  }

  /** What nearly all stay below. */
  double nearlyAll() {
    return mean + DEVIATIONS * deviation;
  }
}
