package dev.parley.bench.load;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thread that begins an operation as soon as fewer than so many are under way.
 *
 * <p>Operations end on threads of the contestant's.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
final class AsyncLoad {
  private static final long LONGEST_SECONDS = 60;

  private final Operation operation;
  private final Scenario scenario;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** What is done again and again. */
  interface Operation {
    CompletableFuture<?> begin(Object request);
  }

  AsyncLoad(Operation operation, Scenario scenario) {
    this.operation = operation;
    this.scenario = scenario;
  }

  Measured run(Times times) throws Exception {
    Semaphore free = new Semaphore(scenario.size());
    AtomicLong ended = new AtomicLong();
    begin(free, times.warmUp(), ended, Histograms.shared());
    Histogram latencies = Histograms.shared();
    long before = ended.get();
    Meter meter = new Meter();
    begin(free, times.measured(), ended, latencies);
    Meter.Cost cost = meter.stop(ended.get() - before);
    acquire(free, scenario.size()); // all have ended before the contestant is closed
    return Measured.of(cost, latencies);
  }

  private void begin(Semaphore free, Duration length, AtomicLong ended, Histogram latencies)
      throws Exception {
    Object request = scenario.work().request();
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      acquire(free, 1);
      long begun = System.nanoTime();
      operation
          .begin(request)
          .whenComplete(
              (result, error) -> {
                latencies.recordValue(System.nanoTime() - begun);
                ended.incrementAndGet();
                check(result, error);
                free.release();
              });
    }
  }

  private void acquire(Semaphore free, int permits) throws Exception {
    if (!free.tryAcquire(permits, LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Nothing ended for " + LONGEST_SECONDS + " s");
    }
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("An operation failed", failed);
    }
  }

  private void check(@Nullable Object result, @Nullable Throwable error) {
    if (error != null) {
      failure.compareAndSet(null, error);
    } else if (scenario.kind() == Scenario.Kind.ASYNC) {
      try {
        scenario.work().check(requireNonNull(result, "no reply in time"));
      } catch (RuntimeException wrong) {
        failure.compareAndSet(null, wrong);
      }
    }
  }
}
