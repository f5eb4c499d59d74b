package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §5: what becomes of those who wait when a broker object is closed. */
abstract class CloseCallsContract extends Chapter {

  @Test
  void pendingCallsFailBeforeCloseReturns() throws Exception {
    String nobody = fixture.name("nobody");
    Broker client = fixture.broker();
    client.declare(nobody);
    List<CompletableFuture<@Nullable String>> calls =
        List.of(
            client.publishAsync("1", to(nobody).callback(String.class)),
            client.publishAsync("2", to(nobody).callback(String.class).noTimeout()));
    Expect.counter(client, Counter.PUBLISHED, 2);

    client.close();

    assertThat(calls).allMatch(CompletableFuture::isDone);
    calls.forEach(call -> Expect.fails(ErrorCode.CLOSED, call));
    assertThat(client.counters().callsInFlight()).isZero();
  }

  @Test
  void aBlockedCallerIsFreedByClose() throws Exception {
    String nobody = fixture.name("nobody");
    Broker client = fixture.broker();
    client.declare(nobody);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () ->
                failure.complete(
                    catchThrowable(() -> client.publish("x", to(nobody).callback(String.class)))),
            "blocked-caller");
    caller.start();
    Expect.counter(client, Counter.PUBLISHED, 1);

    client.close();

    Expect.fails(
        ErrorCode.CLOSED,
        () -> {
          throw failure.get(5, TimeUnit.SECONDS);
        });
  }

  @Test
  void aPublishThatIsNotConfirmedEndsBeforeCloseReturns() {
    fixture.require(Fault.BLOCK_PUBLISHERS);
    String queue = fixture.name("unconfirmed");
    Broker client = fixture.broker();
    client.declare(queue);
    client.publish("x", to(queue));
    fixture.server().blockPublishers();
    try {
      CompletableFuture<@Nullable Void> pending = client.publishAsync("y", to(queue));

      client.close(Duration.ofSeconds(1));

      assertThat(pending).failsWithin(Expect.AT_ONCE);
    } finally {
      fixture.server().unblockPublishers();
    }
  }

  @Test
  void aClosedBrokerDoesNotStartAgain() {
    Broker broker = fixture.broker();
    broker.consume(fixture.name("q"), String.class, body -> {});
    broker.close();

    Expect.fails(ErrorCode.CLOSED, broker::start);
    Expect.fails(ErrorCode.CLOSED, () -> broker.declare(fixture.name("q")));
  }

  @Test
  void callbacksOfCallsThatCloseEndedStillRun() throws Exception {
    String nobody = fixture.name("nobody");
    Broker client = fixture.broker();
    client.declare(nobody);
    CompletableFuture<String> handled =
        client
            .publishAsync("x", to(nobody).callback(String.class))
            .handle((value, error) -> String.valueOf(error));
    Expect.counter(client, Counter.PUBLISHED, 1);

    client.close();

    assertThat(handled.get(5, TimeUnit.SECONDS)).contains(nobody);
  }
}
