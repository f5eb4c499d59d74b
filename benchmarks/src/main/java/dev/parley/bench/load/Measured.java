package dev.parley.bench.load;

import org.HdrHistogram.AbstractHistogram;

/**
 * What one scenario gave.
 *
 * @param perSecond operations
 * @param p50 of the time of one operation, in microseconds; 0 where none is taken
 * @param p99 as well
 * @param p999 as well
 * @param cpuMicros CPU time of one, of the whole process
 * @param bytes allocated by one, in the whole process
 */
public record Measured(
    double perSecond, double p50, double p99, double p999, double cpuMicros, double bytes) {
  private static final double MICROS = 1e3;

  static Measured of(Meter.Cost cost, AbstractHistogram times) {
    return new Measured(
        cost.perSecond(),
        times.getValueAtPercentile(50) / MICROS,
        times.getValueAtPercentile(99) / MICROS,
        times.getValueAtPercentile(99.9) / MICROS,
        cost.cpuMicros(),
        cost.bytes());
  }

  static Measured of(Meter.Cost cost) {
    return new Measured(cost.perSecond(), 0, 0, 0, cost.cpuMicros(), cost.bytes());
  }
}
