package dev.parley.spi.support;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that double from attempt to attempt, each random below its bound so that many clients do
 * not come back at the same moment. Confined to whoever owns it.
 */
public final class BackOff {

  private final long minNanos;
  private final long maxNanos;
  private long boundNanos;

  /** Begins at the minimum. */
  public BackOff(Duration min, Duration max) {
    this.minNanos = min.toNanos();
    this.maxNanos = max.toNanos();
    this.boundNanos = minNanos;
  }

  /** The wait before the next attempt: at least half the minimum, at most the bound. */
  public Duration next() {
    long wait = ThreadLocalRandom.current().nextLong(minNanos / 2, boundNanos + 1);
    boundNanos = boundNanos > maxNanos / 2 ? maxNanos : boundNanos * 2;
    return Duration.ofNanos(wait);
  }

  /** The last attempt was a success. */
  public void reset() {
    boundNanos = minNanos;
  }
}
