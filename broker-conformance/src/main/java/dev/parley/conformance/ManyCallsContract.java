package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §4: many calls on one broker object, and calls inside of calls. */
abstract class ManyCallsContract extends Chapter {

  private Broker echo(String queue) {
    return fixture.started(
        on -> on.subscribe(queue(queue).concurrency(4), Integer.class, body -> body));
  }

  @Test
  void aThousandCallsAtOnceGetTheirOwnReplies() throws Exception {
    String queue = fixture.name("thousand");
    echo(queue);
    Broker client = fixture.broker();
    client.publish(-1, to(queue).callback(Integer.class)); // connected
    List<CompletableFuture<@Nullable Integer>> calls = new ArrayList<>();

    for (int i = 0; i < 1000; i++) {
      calls.add(client.publishAsync(i, to(queue).callback(Integer.class)));
    }

    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i).get()).isEqualTo(i);
    }
    Expect.counter(client, Counter.CALLS_REPLIED, 1001);
    Expect.noCallInFlight(client);
    assertThat(Fixture.threadsOf(client.name())).as("not one for each call").hasSizeLessThan(100);
  }

  @Test
  void blockingCallersDoNotWaitForEachOther() throws Exception {
    String queue = fixture.name("blocking");
    Gate gate = new Gate();
    fixture.started(
        on ->
            on.subscribe(
                queue(queue).concurrency(16),
                Integer.class,
                body -> {
                  gate.pass();
                  return body;
                }));
    Broker client = fixture.broker();
    List<Callable<@Nullable Integer>> callers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int number = i;
      callers.add(() -> client.publish(number, to(queue).callback(Integer.class)));
    }
    ExecutorService pool = fixture.closing(new Callers(16)).pool();

    List<Future<@Nullable Integer>> results = new ArrayList<>();
    callers.forEach(caller -> results.add(pool.submit(caller)));
    gate.awaitEntered(16); // all sixteen are under way at the same time
    gate.open();

    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i).get()).isEqualTo(i);
    }
  }

  /** Threads of the test's own, ended with it. */
  private record Callers(ExecutorService pool) implements AutoCloseable {
    Callers(int threads) {
      this(Executors.newFixedThreadPool(threads));
    }

    @Override
    public void close() {
      pool.shutdownNow();
    }
  }

  @Test
  void twoClientsGetTheirOwnReplies() throws Exception {
    String queue = fixture.name("two");
    echo(queue);
    Broker one = fixture.broker();
    Broker two = fixture.broker();
    List<CompletableFuture<@Nullable Integer>> calls = new ArrayList<>();

    for (int i = 0; i < 200; i++) {
      calls.add((i % 2 == 0 ? one : two).publishAsync(i, to(queue).callback(Integer.class)));
    }

    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i).get()).isEqualTo(i);
    }
    assertThat(one.counters().get(Counter.REPLIES_DISCARDED)).isZero();
    assertThat(two.counters().get(Counter.REPLIES_DISCARDED)).isZero();
  }

  @Test
  void theFirstCallOfAClientIsNotLost() {
    String queue = fixture.name("first");
    echo(queue);

    for (int i = 0; i < 5; i++) {
      Broker client = fixture.broker();
      assertThat(client.publish(i, to(queue).callback(Integer.class).raiseTimeout())).isEqualTo(i);
      client.close();
    }
  }

  @Test
  void aSlowCallbackDoesNotHoldUpOtherReplies() throws Exception {
    String queue = fixture.name("slow-callback");
    Gate registered = new Gate(); // so that the callback cannot run on the thread of the test
    fixture.started(
        on ->
            on.subscribe(
                queue(queue).concurrency(2),
                Integer.class,
                body -> {
                  registered.pass();
                  return body;
                }));
    Broker client = fixture.broker();
    Gate gate = new Gate();
    CompletableFuture<@Nullable Integer> slow =
        client
            .publishAsync(1, to(queue).callback(Integer.class))
            .thenApply(
                value -> {
                  pass(gate);
                  return value;
                });
    registered.open();
    gate.awaitEntered(1);

    for (int i = 0; i < 50; i++) {
      assertThat(client.publish(i, to(queue).callback(Integer.class).raiseTimeout())).isEqualTo(i);
    }
    gate.open();
    assertThat(slow.get()).isEqualTo(1);
  }

  private static void pass(Gate gate) {
    try {
      gate.pass();
    } catch (InterruptedException e) {
      throw new IllegalStateException("The callback was interrupted", e);
    }
  }

  @Test
  void aCallbackCanCallAgainAndWait() throws Exception {
    String queue = fixture.name("callback-calls");
    echo(queue);
    Broker client = fixture.broker();

    CompletableFuture<@Nullable Integer> chain =
        client
            .publishAsync(1, to(queue).callback(Integer.class))
            .thenApply(one -> client.publish(2, to(queue).callback(Integer.class).raiseTimeout()))
            .thenApply(two -> client.publish(3, to(queue).callback(Integer.class).raiseTimeout()));

    assertThat(chain.get()).isEqualTo(3);
  }

  @Test
  void handlersCallOtherHandlersNested() {
    Broker broker = fixture.broker();
    broker.subscribe(fixture.name("a"), String.class, body -> inner(broker, "b", "a" + body));
    broker.subscribe(fixture.name("b"), String.class, body -> inner(broker, "c", "b" + body));
    broker.subscribe(fixture.name("c"), String.class, body -> "c" + body);
    broker.start();

    assertThat(inner(broker, "a", "!")).isEqualTo("cba!");
  }

  private String inner(Broker broker, String name, String body) {
    return String.valueOf(
        broker.publish(body, to(fixture.name(name)).callback(String.class).raiseTimeout()));
  }

  @Test
  void aHandlerCallsItselfAsDeepAsItsConcurrency() {
    String queue = fixture.name("recursive");
    Broker broker = fixture.broker();
    broker.subscribe(
        queue(queue).concurrency(6),
        Integer.class,
        depth ->
            depth == 1
                ? Integer.valueOf(1)
                : Integer.valueOf(1 + orZero(broker.publish(depth - 1, again(queue)))));
    broker.start();

    assertThat(broker.publish(6, again(queue))).isEqualTo(6);
  }

  private static dev.parley.CallOptions<Integer> again(String queue) {
    return to(queue).callback(Integer.class).raiseTimeout();
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  @Test
  void manyNestedCallsDoNotStarveEachOther() throws Exception {
    Broker broker = fixture.broker();
    String outer = fixture.name("outer");
    String inner = fixture.name("inner");
    broker.subscribe(
        queue(outer).concurrency(32), Integer.class, body -> broker.publish(body, again(inner)));
    broker.subscribe(queue(inner).concurrency(2), Integer.class, body -> body + 1);
    broker.start();
    List<CompletableFuture<@Nullable Integer>> calls = new ArrayList<>();

    for (int i = 0; i < 64; i++) {
      calls.add(broker.publishAsync(i, again(outer)));
    }

    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i).get()).isEqualTo(i + 1);
    }
  }

  @Test
  void callsBeyondTheLimitAreRefusedAtOnce() {
    String nobody = fixture.name("nobody");
    Broker client = fixture.broker("call.limit", "2");
    client.declare(nobody);
    CompletableFuture<@Nullable String> one =
        client.publishAsync("1", to(nobody).callback(String.class));
    CompletableFuture<@Nullable String> two =
        client.publishAsync("2", to(nobody).callback(String.class));

    Expect.failsAtOnce(
        ErrorCode.OVERLOADED, () -> client.publish("3", to(nobody).callback(String.class)));
    one.cancel(true);
    await().until(() -> client.counters().callsInFlight() == 1);
    CompletableFuture<@Nullable String> four =
        client.publishAsync("4", to(nobody).callback(String.class));

    assertThat(two).isNotDone();
    assertThat(four).isNotDone();
  }

  @Test
  void aThousandTimeoutsLeaveNothingBehind() {
    String nobody = fixture.name("nobody");
    Broker client = fixture.broker();
    client.declare(nobody);
    List<CompletableFuture<@Nullable String>> calls = new ArrayList<>();

    for (int i = 0; i < 1000; i++) {
      calls.add(
          client.publishAsync(
              "x", to(nobody).callback(String.class).timeout(Duration.ofMillis(1500))));
    }

    calls.forEach(call -> Expect.fails(ErrorCode.TIMEOUT, call));
    Expect.noCallInFlight(client);
    Expect.counter(client, Counter.CALLS_TIMED_OUT, 1000);
  }
}
