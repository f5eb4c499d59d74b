package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.SubscribeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §4: a server that is asked for more than it can do refuses what it cannot start. */
abstract class OverloadContract extends Chapter {

  private static final Duration HANDLING = Duration.ofSeconds(1);
  private static final Duration LIMIT = HANDLING.multipliedBy(10);
  private static final int MANY = 20; // twice what can be started in time

  private final Gate first = new Gate();
  private final Gate gate = new Gate();

  /** A server that took a second for a request once, and is busy until the gate opens. */
  private Broker busyServer(SubscribeOptions options, String... settings) throws Exception {
    String queue = options.name();
    Broker server =
        fixture.started(on -> on.subscribe(options, String.class, this::handle), settings);
    Broker client = fixture.broker();
    CompletableFuture<@Nullable String> measured =
        client.publishAsync("measured", to(queue).callback(String.class));
    first.awaitEntered(1);
    Expect.letPass(HANDLING);
    first.open();
    measured.get(10, TimeUnit.SECONDS);
    client.publish("busy", to(queue));
    gate.awaitEntered(1);
    return server;
  }

  private String handle(String body) throws InterruptedException {
    (body.equals("measured") ? first : gate).pass();
    return body;
  }

  private List<CompletableFuture<@Nullable String>> call(Broker client, CallOptions<String> call) {
    List<CompletableFuture<@Nullable String>> calls = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      calls.add(client.publishAsync("x", call));
    }
    return calls;
  }

  @Test
  void whatCannotBeStartedInTimeIsRefusedAtOnceAndTheRestIsDone() throws Exception {
    String queue = fixture.name("overloaded");
    Broker server = busyServer(queue(queue).loadShedding(true));
    long begin = System.nanoTime();

    List<CompletableFuture<@Nullable String>> calls =
        call(fixture.broker(), to(queue).callback(String.class).timeout(LIMIT));
    Expect.await()
        .until(() -> calls.stream().filter(CompletableFuture::isDone).count() >= MANY / 2);
    assertThat(Expect.since(begin)).isLessThan(LIMIT.dividedBy(2));
    Expect.counter(server, Counter.RECEIVED, 2 + MANY);
    gate.open();

    int refused = 0;
    for (CompletableFuture<@Nullable String> call : calls) {
      try {
        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("x");
      } catch (ExecutionException e) {
        assertThat(Expect.fails(ErrorCode.OVERLOADED, call)).hasMessageContaining(queue);
        refused++;
      }
    }
    assertThat(refused).isBetween(MANY / 2, MANY - 1);
    Expect.counter(server, Counter.HANDLED, 2 + MANY - refused);
    Expect.counter(server, Counter.OVERLOADED, refused);
    assertThat(server.counters().get(Counter.DEAD_LETTERED)).isZero();
    assertThat(server.counters().get(Counter.FAILED)).isZero();
  }

  @Test
  void whatHasNoDeadlineIsNeverRefused() throws Exception {
    String queue = fixture.name("patient");
    Broker server = busyServer(queue(queue).loadShedding(true));
    Broker client = fixture.broker();

    List<CompletableFuture<@Nullable String>> calls =
        call(client, to(queue).callback(String.class).noTimeout());
    for (int i = 0; i < MANY; i++) {
      client.publish("x", to(queue));
    }
    Expect.counter(server, Counter.RECEIVED, 2 + 2 * MANY);
    gate.open();

    for (CompletableFuture<@Nullable String> call : calls) {
      assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("x");
    }
    Expect.counter(server, Counter.HANDLED, 2 + 2 * MANY);
    assertThat(server.counters().get(Counter.OVERLOADED)).isZero();
  }

  @Test
  void nothingIsRefusedWithoutTheOption() throws Exception {
    String queue = fixture.name("default");
    Broker server = busyServer(queue(queue));

    List<CompletableFuture<@Nullable String>> calls =
        call(fixture.broker(), to(queue).callback(String.class).timeout(LIMIT));
    Expect.counter(server, Counter.RECEIVED, 2 + MANY);
    gate.open();

    for (CompletableFuture<@Nullable String> call : calls) {
      assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("x");
    }
    assertThat(server.counters().get(Counter.OVERLOADED)).isZero();
  }

  @Test
  void theOptionCanBeSetForAllHandlers() throws Exception {
    String queue = fixture.name("configured");
    Broker server = busyServer(queue(queue), "handler.load-shedding", "true");

    call(fixture.broker(), to(queue).callback(String.class).timeout(LIMIT));

    Expect.await().until(() -> server.counters().get(Counter.OVERLOADED) >= MANY / 2);
    gate.open();
  }
}
