package dev.parley.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Histograms of times in nanoseconds, which grow. */
final class Histograms {
  private static final int DIGITS = 3;
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

  private Histograms() {}

  /** For one thread. */
  static Histogram create() {
    return new Histogram(LONGEST, DIGITS);
  }

  /** For many threads. */
  static Histogram shared() {
    return new ConcurrentHistogram(LONGEST, DIGITS);
  }
}
