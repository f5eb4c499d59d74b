package dev.parley.bench.load;

import dev.parley.bench.contestant.Contestant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** Callers that wait for each reply, each on a thread of its own. */
final class BlockingLoad {
  private final Contestant.Caller caller;
  private final Scenario scenario;

  BlockingLoad(Contestant.Caller caller, Scenario scenario) {
    this.caller = caller;
    this.scenario = scenario;
  }

  Measured run(Times times) throws Exception {
    callers(times.warmUp());
    Meter meter = new Meter();
    Histogram latencies = callers(times.measured());
    return Measured.of(meter.stop(latencies.getTotalCount()), latencies);
  }

  private Histogram callers(Duration length) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    ExecutorService threads = Executors.newFixedThreadPool(scenario.size());
    try {
      List<Callable<Histogram>> all = new ArrayList<>();
      for (int i = 0; i < scenario.size(); i++) {
        all.add(() -> callUntil(end));
      }
      Histogram sum = Histograms.create();
      for (Future<Histogram> one : threads.invokeAll(all)) {
        sum.add(one.get());
      }
      return sum;
    } finally {
      threads.shutdown();
    }
  }

  private Histogram callUntil(long end) throws Exception {
    Histogram latencies = Histograms.create();
    Object request = scenario.work().request();
    for (long now = System.nanoTime(); now < end; ) {
      scenario.work().check(caller.call(request));
      long after = System.nanoTime();
      latencies.recordValue(after - now);
      now = after;
    }
    return latencies;
  }
}
