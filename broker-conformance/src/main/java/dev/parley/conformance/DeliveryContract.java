package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §3: who handles what, in which order, and how much of it at once. */
abstract class DeliveryContract extends Chapter {

  @Test
  void messagesAreHandledInOrderAtConcurrencyOne() throws Exception {
    fixture.require(Capability.ORDER_WITHOUT_KEY);
    String queue = fixture.name("ordered");
    Seen<Integer> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, Integer.class, seen));
    Broker publisher = fixture.broker();

    List<CompletableFuture<@Nullable Void>> publishes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      publishes.add(publisher.publishAsync(i, to(queue)));
    }

    assertThat(seen.next(300)).containsExactlyElementsOf(IntStream.range(0, 300).boxed().toList());
    Expect.counter(broker, Counter.HANDLED, 300);
    for (CompletableFuture<@Nullable Void> publish : publishes) {
      publish.get();
    }
  }

  @Test
  void asManyHandlersRunAtOnceAsTheConcurrencySaysAndNoMore() throws Exception {
    String queue = fixture.name("concurrent");
    Gate gate = new Gate();
    Broker broker =
        fixture.started(
            on -> on.consume(queue(queue).concurrency(3), Integer.class, body -> gate.pass()));
    for (int i = 0; i < 12; i++) {
      broker.publish(i, to(queue));
    }
    gate.awaitEntered(3);
    await().until(() -> broker.counters().get(Counter.RECEIVED) > 3); // more are there, and wait

    assertThat(gate.entered()).isEqualTo(3);
    gate.open();
    Expect.counter(broker, Counter.HANDLED, 12);
    assertThat(gate.most()).isEqualTo(3);
  }

  @Test
  void noMoreIsFetchedThanThePrefetchSays() throws Exception {
    fixture.require(Capability.REST_GOES_TO_OTHERS);
    String queue = fixture.name("prefetched");
    Gate gate = new Gate();
    Broker slow =
        fixture.started(
            on -> on.consume(queue(queue).prefetch(5), Integer.class, body -> gate.pass()));
    for (int i = 0; i < 20; i++) {
      slow.publish(i, to(queue));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(slow.health().subscription(queue).orElseThrow().inFlight())
                    .isEqualTo(5));
    Seen<Integer> seen = new Seen<>();

    fixture.started(on -> on.consume(queue, Integer.class, seen));

    assertThat(seen.next(15)).hasSize(15); // all that the slow one had no room for
    seen.assertNothingMore();
    assertThat(slow.health().subscription(queue).orElseThrow().inFlight()).isEqualTo(5);
    gate.open();
    Expect.counter(slow, Counter.HANDLED, 5);
  }

  @Test
  void aHandlerIsInterruptedAtItsLimitAndTheAttemptHasFailed() throws Exception {
    String queue = fixture.name("endless");
    Gate never = new Gate();
    Seen<Boolean> interrupted = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue(queue).limit(Duration.ofMillis(200)),
                    String.class,
                    body -> {
                      try {
                        never.pass();
                        return "returned";
                      } catch (InterruptedException e) {
                        interrupted.handle(true);
                        throw e;
                      }
                    }));

    HandlerFailedException failure =
        (HandlerFailedException)
            Expect.failsAtOnce(
                ErrorCode.HANDLER_FAILED,
                () -> broker.publish("x", to(queue).callback(String.class)));

    assertThat(interrupted.next()).isTrue();
    assertThat(failure).hasMessageContaining(queue);
    assertThat(broker.counters().get(Counter.LIMIT_EXCEEDED)).isEqualTo(1);
    assertThat(broker.counters().get(Counter.FAILED)).isEqualTo(1);
  }

  @Test
  void theThreadOfAnInterruptedHandlerIsCleanForTheNext() throws Exception {
    String queue = fixture.name("endless");
    Gate never = new Gate();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue(queue).retry(0),
                    String.class,
                    body -> {
                      if (body.equals("endless")) {
                        never.pass();
                      }
                      return Thread.currentThread().isInterrupted();
                    }),
            "handler.limit",
            "200ms");

    Expect.failsAtOnce(
        ErrorCode.HANDLER_FAILED,
        () -> broker.publish("endless", to(queue).callback(Boolean.class)));

    for (int i = 0; i < 5; i++) {
      assertThat(broker.publish("next", to(queue).callback(Boolean.class))).isFalse();
    }
  }

  @Test
  void anErrorInAHandlerIsAFailedAttemptAndTheConsumerLives() throws Exception {
    String queue = fixture.name("errors");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      throw error(body);
                    }));

    for (String kind : List.of("StackOverflowError", "NoClassDefFoundError", "AssertionError")) {
      HandlerFailedException failure =
          (HandlerFailedException)
              Expect.failsAtOnce(
                  ErrorCode.HANDLER_FAILED,
                  () -> broker.publish(kind, to(queue).callback(String.class)));
      assertThat(failure.remoteType()).isEqualTo(kind);
    }
    assertThat(broker.health().healthy()).isTrue();
    assertThat(broker.counters().get(Counter.FAILED)).isEqualTo(3);
  }

  private static Error error(String kind) {
    return switch (kind) {
      case "StackOverflowError" -> overflow();
      case "NoClassDefFoundError" -> new NoClassDefFoundError("com/example/Missing");
      default -> new AssertionError("wrong");
    };
  }

  private static StackOverflowError overflow() {
    try {
      throw new IllegalStateException("deep enough: " + depth(0));
    } catch (StackOverflowError e) {
      return e;
    }
  }

  private static int depth(int level) {
    return level < 0 ? 0 : 1 + depth(level + 1);
  }

  @Test
  void handlersOfOneBrokerDoNotWaitForEachOther() {
    Gate gate = new Gate();
    Broker broker =
        fixture.started(
            on -> {
              for (int i = 0; i < 8; i++) {
                on.consume(fixture.name("stuck-" + i), String.class, body -> gate.pass());
              }
              on.subscribe(fixture.name("free"), String.class, body -> body);
            });
    for (int i = 0; i < 8; i++) {
      broker.publish("x", to(fixture.name("stuck-" + i)));
    }
    gate.awaitEntered(8);

    assertThat(broker.publish("x", to(fixture.name("free")).callback(String.class))).isEqualTo("x");
    gate.open();
  }
}
