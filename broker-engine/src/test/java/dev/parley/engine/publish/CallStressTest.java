package dev.parley.engine.publish;

import static dev.parley.PublishOptions.to;
import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.Reply;
import dev.parley.engine.doubles.PublishBench;
import dev.parley.engine.doubles.RecordingTransport.Sent;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.spi.Address;
import dev.parley.spi.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CallStressTest {

  private static final int CALLERS = 4;
  private static final int EACH = 2_500;

  @Test
  @Timeout(60)
  void callsWithAnyOutcomeCompleteOnceEachAndLeaveNothing() throws Exception {
    TimerWheel timer =
        TimerWheel.start(
            "stress-timer",
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            });
    try (PublishBench bench = new PublishBench(timer, 100_000)) {
      LinkedBlockingQueue<Runnable> io = new LinkedBlockingQueue<>();
      List<Thread> ioThreads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        ioThreads.add(new Thread(() -> drain(io), "io-" + i));
      }
      ioThreads.forEach(Thread::start);
      bench.transport.onSend = sent -> io.add(() -> outcome(bench, sent, io));
      AtomicInteger ended = new AtomicInteger();
      AtomicInteger twice = new AtomicInteger();
      AtomicInteger onIo = new AtomicInteger();
      Semaphore inFlight = new Semaphore(1_000);
      List<Thread> callers = new ArrayList<>();
      for (int c = 0; c < CALLERS; c++) {
        Random random = new Random(c);
        callers.add(
            new Thread(
                () -> {
                  for (int i = 0; i < EACH; i++) {
                    inFlight.acquireUninterruptibly();
                    AtomicInteger completions = new AtomicInteger();
                    CompletableFuture<String> future = call(bench, random);
                    var unused =
                        future.whenComplete(
                            (value, error) -> {
                              if (completions.incrementAndGet() > 1) {
                                twice.incrementAndGet();
                              }
                              if (Thread.currentThread().getName().startsWith("io-")) {
                                onIo.incrementAndGet();
                              }
                              ended.incrementAndGet();
                              inFlight.release();
                            });
                    if (random.nextInt(20) == 0) {
                      future.cancel(true);
                    }
                  }
                },
                "caller-" + c));
      }
      callers.forEach(Thread::start);
      for (Thread caller : callers) {
        caller.join();
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(ended).hasValue(CALLERS * EACH));
      assertThat(twice).hasValue(0);
      assertThat(onIo).hasValue(0);
      assertThat(bench.publisher.callsInFlight()).isZero();
      await().untilAsserted(() -> assertThat(bench.timer.pending()).isZero());
      assertThat(bench.count(Counter.CALLS)).isEqualTo(CALLERS * EACH);
      assertThat(
              bench.count(Counter.CALLS_REPLIED)
                  + bench.count(Counter.CALLS_TIMED_OUT)
                  + bench.count(Counter.CALLS_FAILED))
          .isEqualTo(CALLERS * EACH);
      ioThreads.forEach(Thread::interrupt);
    }
  }

  private static CompletableFuture<String> call(PublishBench bench, Random random) {
    CallOptions<String> options =
        to("q").callback(String.class).timeout(Duration.ofMillis(20 + random.nextInt(50)));
    return bench.publisher.callAsync("body", options, Reply::value);
  }

  private static void outcome(PublishBench bench, Sent sent, LinkedBlockingQueue<Runnable> io) {
    switch (ThreadLocalRandom.current().nextInt(12)) {
      case 0 -> {
        // no answer at all
      }
      case 1 -> sent.confirm(); // and no reply
      case 2 -> sent.fail(SendResult.unroutable(""));
      case 3 -> sent.fail(SendResult.unknown("lost", null));
      case 4 -> {
        bench.transport.inbox().gone("cut");
        bench.transport.inbox().ready(Address.reply("again"));
      }
      case 5 -> {
        bench.transport.reply(sent.correlationId(), "early");
        io.add(sent::confirm);
      }
      case 6 -> {
        sent.confirm();
        bench.transport.reply(sent.correlationId(), "once");
        io.add(() -> bench.transport.reply(sent.correlationId(), "twice"));
      }
      default -> {
        sent.confirm();
        io.add(() -> bench.transport.reply(sent.correlationId(), "ok"));
      }
    }
  }

  private static void drain(LinkedBlockingQueue<Runnable> io) {
    try {
      while (true) {
        io.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
