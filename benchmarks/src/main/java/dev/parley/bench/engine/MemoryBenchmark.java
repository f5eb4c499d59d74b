package dev.parley.bench.engine;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Broker;
import dev.parley.CallOptions;
import dev.parley.PublishOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** Whole round trips on the in-memory broker: client, broker, server. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MemoryBenchmark {
  private static final int TOGETHER = 256;

  private final Broker broker = Broker.of("memory:");
  private final byte[] body = "hello".getBytes(UTF_8);
  private final CallOptions<byte[]> call = to("echo").callback(byte[].class);
  private final PublishOptions publish = to("sink");

  /** A handler that echoes, and one that takes. */
  @Setup
  public void start() {
    broker.subscribe(queue("echo"), byte[].class, bytes -> bytes);
    broker.subscribe(queue("sink"), byte[].class, bytes -> null);
    broker.start();
  }

  /** One caller that waits. */
  @Benchmark
  public @Nullable Object call() {
    return broker.publish(body, call);
  }

  /** So many calls at once. */
  @Benchmark
  @OperationsPerInvocation(TOGETHER)
  public void calls256() {
    CompletableFuture<?>[] replies = new CompletableFuture<?>[TOGETHER];
    for (int i = 0; i < TOGETHER; i++) {
      replies[i] = broker.publishAsync(body, call);
    }
    CompletableFuture.allOf(replies).join();
  }

  /** Published, and handled some time. */
  @Benchmark
  public void publish() {
    broker.publish(body, publish);
  }

  /** Ends it. */
  @TearDown
  public void close() {
    broker.close();
  }
}
