package dev.parley.bench.engine;

import static dev.parley.SubscribeOptions.queue;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Broker;
import dev.parley.spi.Address;
import dev.parley.spi.WireMessage;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The engine alone, on the server's side: bytes in, handler, reply out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EngineBenchmark {
  private static final int TOGETHER = 1_000;
  private static final int CONCURRENCY = 64;

  private final DirectTransport onCaller = new DirectTransport();
  private final DirectTransport onThreads = new DirectTransport();
  private final Broker direct = Broker.builder().transport(context -> onCaller).build();
  private final Broker threaded = Broker.builder().transport(context -> onThreads).build();

  // What a caller of ours sends with each request, as a transport brings it.
  private final WireMessage request =
      new WireMessage(
          "hello".getBytes(UTF_8),
          "application/octet-stream",
          "0123456789abcdef0123456789abcdef",
          "fedcba9876543210fedcba9876543210",
          Address.queue("replies"),
          Map.of(
              "parley-sent", Long.toString(System.currentTimeMillis()),
              "parley-deadline", Long.toString(System.currentTimeMillis() + 86_400_000),
              "parley-timeout", "86400000"));

  /** One handler each that echoes bytes. */
  @Setup
  public void start() throws ReflectiveOperationException {
    DirectHandlers.in(direct);
    direct.subscribe(queue("echo"), byte[].class, body -> body);
    direct.start();
    threaded.subscribe(queue("echo").concurrency(CONCURRENCY), byte[].class, body -> body);
    threaded.start();
  }

  /** The handler on the thread that delivers. */
  @Benchmark
  public void onDeliveringThread(Blackhole replies) {
    onCaller.deliver(request, replies::consume);
  }

  /** A virtual thread for each handler; before Java 21 a pool. */
  @Benchmark
  @OperationsPerInvocation(TOGETHER)
  public void onHandlerThreads(Blackhole replies) throws InterruptedException {
    CountDownLatch all = new CountDownLatch(TOGETHER);
    for (int i = 0; i < TOGETHER; i++) {
      onThreads.deliver(
          request,
          reply -> {
            replies.consume(reply);
            all.countDown();
          });
    }
    all.await();
  }

  /** Ends both. */
  @TearDown
  public void close() {
    direct.close();
    threaded.close();
  }
}
