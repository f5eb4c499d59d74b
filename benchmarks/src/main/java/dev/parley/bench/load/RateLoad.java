package dev.parley.bench.load;

import dev.parley.bench.contestant.Contestant;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Calls at a fixed rate, each timed from when it was due: one that waits behind a slow one counts
 * its waiting (no coordinated omission).
 */
@SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
final class RateLoad {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Contestant.Caller caller;
  private final Scenario scenario;

  RateLoad(Contestant.Caller caller, Scenario scenario) {
    this.caller = caller;
    this.scenario = scenario;
  }

  Measured run(Times times) {
    call(times.warmUp());
    Meter meter = new Meter();
    Histogram latencies = call(times.measured());
    return Measured.of(meter.stop(latencies.getTotalCount()), latencies);
  }

  private Histogram call(Duration length) {
    Histogram latencies = Histograms.shared();
    Object request = scenario.work().request();
    long period = TimeUnit.SECONDS.toNanos(1) / scenario.size();
    long count = length.toNanos() / period;
    AtomicLong failed = new AtomicLong();
    long start = System.nanoTime();
    for (long i = 0; i < count; i++) {
      long due = start + i * period;
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      caller
          .callAsync(request)
          .whenComplete(
              (reply, error) -> {
                if (error != null || reply == null) {
                  failed.incrementAndGet();
                } else {
                  latencies.recordValue(System.nanoTime() - due);
                }
              });
    }
    awaitAll(latencies, failed, count);
    return latencies;
  }

  private static void awaitAll(Histogram latencies, AtomicLong failed, long count) {
    long limit = System.nanoTime() + LONGEST_NANOS;
    while (latencies.getTotalCount() + failed.get() < count && System.nanoTime() < limit) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    if (latencies.getTotalCount() < count) {
      throw new IllegalStateException(
          "%d of %d calls failed or did not end"
              .formatted(count - latencies.getTotalCount(), count));
    }
  }
}
