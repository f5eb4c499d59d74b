package dev.parley.bench.load;

import dev.parley.bench.contestant.Contestant;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A queue full of messages, consumed and acknowledged. The first third is warm-up. */
@SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
final class ConsumeLoad {
  private static final int PER_SECOND = 30_000;
  private static final int OUTSTANDING = 1_000;
  private static final long LONGEST_SECONDS = 120;

  private final Contestant contestant;
  private final Scenario scenario;
  private final String queue;

  ConsumeLoad(Contestant contestant, Scenario scenario, String queue) {
    this.contestant = contestant;
    this.scenario = scenario;
    this.queue = queue;
  }

  Measured run(Times times) throws Exception {
    int first = messages(times.warmUp());
    int second = messages(times.measured());
    fill(first + second);
    CountDownLatch begun = new CountDownLatch(first);
    CountDownLatch ended = new CountDownLatch(first + second);
    contestant.consume(
        queue,
        () -> {
          begun.countDown();
          ended.countDown();
        });
    await(begun);
    Meter meter = new Meter();
    long left = ended.getCount();
    await(ended);
    return Measured.of(meter.stop(left));
  }

  private static int messages(Duration length) {
    return Math.toIntExact(PER_SECOND * length.toMillis() / 1_000) + 1;
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(latch.getCount() + " messages did not come");
    }
  }

  private void fill(int messages) throws Exception {
    Contestant.Sender sender = contestant.sender(queue);
    byte[] body = (byte[]) scenario.work().request();
    Semaphore outstanding = new Semaphore(OUTSTANDING);
    for (int i = 0; i < messages; i++) {
      outstanding.acquire();
      sender.publish(body).whenComplete((sent, error) -> outstanding.release());
    }
    outstanding.acquire(OUTSTANDING);
  }
}
