package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.PublishOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §4: the time-out is one deadline for the whole call. */
abstract class TimeoutContract extends Chapter {

  @Test
  void nullComesAtTheDeadlineAndNotBefore() {
    PublishOptions nobody = to(declared("nobody"));
    Broker client = fixture.broker();
    long begin = System.nanoTime();

    String reply =
        client.publish("x", nobody.callback(String.class).timeout(Duration.ofMillis(300)));

    assertThat(reply).isNull();
    assertThat(Expect.since(begin))
        .isBetween(Duration.ofMillis(300), Duration.ofMillis(300).plus(Expect.AT_ONCE));
    assertThat(client.counters().get(Counter.CALLS_TIMED_OUT)).isEqualTo(1);
    assertThat(client.counters().callsInFlight()).isZero();
  }

  private String declared(String name) {
    String queue = fixture.name(name);
    fixture.broker().declare(queue);
    return queue;
  }

  @Test
  void theDeadlineRaisesWhereThatIsAskedFor() {
    PublishOptions nobody = to(declared("nobody"));
    Broker client = fixture.broker();
    Duration limit = Duration.ofMillis(300);

    assertThat(
            Expect.fails(
                ErrorCode.TIMEOUT,
                () ->
                    client.publish(
                        "x", nobody.callback(String.class).timeout(limit).raiseTimeout())))
        .hasMessageContaining(nobody.name());
    Expect.fails(
        ErrorCode.TIMEOUT, () -> client.request("x", nobody.callback(String.class).timeout(limit)));
  }

  @Test
  void aFutureFailsAtTheDeadline() {
    PublishOptions nobody = to(declared("nobody"));
    Broker client = fixture.broker();
    Duration limit = Duration.ofMillis(300);
    long begin = System.nanoTime();

    Expect.fails(
        ErrorCode.TIMEOUT, client.publishAsync("x", nobody.callback(String.class).timeout(limit)));
    assertThat(Expect.since(begin)).isGreaterThanOrEqualTo(limit);
    Expect.fails(
        ErrorCode.TIMEOUT, client.requestAsync("x", nobody.callback(String.class).timeout(limit)));
  }

  @Test
  void theDefaultTimeoutIsConfigured() {
    PublishOptions nobody = to(declared("nobody"));
    Broker client = fixture.broker("call.timeout", "200ms");
    long begin = System.nanoTime();

    assertThat(client.publish("x", nobody.callback(String.class))).isNull();

    assertThat(Expect.since(begin))
        .isBetween(Duration.ofMillis(200), Duration.ofMillis(200).plus(Expect.AT_ONCE));
  }

  @Test
  void aCallWithoutTimeoutOutlastsTheDefaultOne() throws Exception {
    String queue = fixture.name("patient");
    Gate gate = new Gate();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      gate.pass();
                      return body;
                    }),
            "call.timeout",
            "100ms");

    CompletableFuture<@Nullable String> patient =
        broker.publishAsync("patient", to(queue).callback(String.class).noTimeout());
    gate.awaitEntered(1);
    CompletableFuture<@Nullable String> other =
        broker.publishAsync("other", to(queue).callback(String.class));
    Expect.fails(ErrorCode.TIMEOUT, other); // the default has passed for both

    assertThat(patient).isNotDone();
    gate.open();
    assertThat(patient.get()).isEqualTo("patient");
  }

  @Test
  void aLateReplyIsDiscardedAndCounted() {
    String queue = fixture.name("late");
    ForeignClient server = fixture.foreign(); // ours stops at the deadline
    server.declare(queue);
    Broker client = fixture.broker();
    Duration limit = Duration.ofMillis(500);

    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class).timeout(limit));
    RawMessage request = server.take(queue);
    Expect.fails(ErrorCode.TIMEOUT, call);
    server.answer(request, RawMessage.of("late"));

    Expect.counter(client, Counter.REPLIES_DISCARDED, 1);
    assertThat(client.counters().get(Counter.CALLS_REPLIED)).isZero();
  }
}
