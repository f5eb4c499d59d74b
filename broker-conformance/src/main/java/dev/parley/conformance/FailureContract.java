package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.Message;
import dev.parley.PublishFailedException;
import dev.parley.Reject;
import dev.parley.TypeRef;
import dev.parley.Violation;
import dev.parley.conformance.Samples.Basket;
import dev.parley.conformance.Samples.Order;
import dev.parley.conformance.Samples.Receipt;
import dev.parley.conformance.Samples.Unwritable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contract §4: each failure reaches the caller with its code, at once. */
abstract class FailureContract extends Chapter {

  @Test
  void aCallToAQueueThatNobodyHasEverDeclaredFailsAtOnce() {
    String queue = fixture.name("typo");
    Broker client = fixture.broker();

    assertThat(
            Expect.failsAtOnce(
                ErrorCode.NO_HANDLER, () -> client.publish("x", to(queue).callback(String.class))))
        .hasMessageContaining(queue);
    Expect.noCallInFlight(client);
  }

  @Test
  void aHandlerCanBeRequired() {
    String queue = fixture.name("empty");
    Broker client = fixture.broker();
    client.declare(queue);

    Expect.failsAtOnce(
        ErrorCode.NO_HANDLER,
        () -> client.publish("x", to(queue).requireHandler().callback(String.class)));
    Expect.failsAtOnce(ErrorCode.NO_HANDLER, () -> client.publish("x", to(queue).requireHandler()));
    fixture.started(on -> on.subscribe(queue, String.class, body -> body + "!"));

    assertThat(client.publish("x", to(queue).requireHandler().callback(String.class)))
        .isEqualTo("x!");
  }

  @Test
  void aBodyThatCannotBeDecodedFailsAtOnce() {
    String queue = fixture.name("orders");
    Seen<Order> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, Order.class, seen));

    Expect.failsAtOnce(
        ErrorCode.INVALID_MESSAGE,
        () -> broker.publish(List.of(1, 2), to(queue).callback(Receipt.class)));

    assertThat(seen.waiting()).isZero();
    assertThat(broker.counters().get(Counter.INVALID)).isEqualTo(1);
  }

  @Test
  void aBodyThatFailsValidationFailsAtOnceWithItsPaths() {
    String queue = fixture.name("orders");
    Seen<Order> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, Order.class, seen));

    InvalidMessageException failure =
        (InvalidMessageException)
            Expect.failsAtOnce(
                ErrorCode.INVALID_MESSAGE,
                () -> broker.publish(new Order("", -1), to(queue).callback(Receipt.class)));

    assertThat(failure.violations())
        .extracting(Violation::path)
        .containsExactlyInAnyOrder("id", "quantity");
    assertThat(failure.violations()).contains(new Violation("quantity", "must be greater than 0"));
    assertThat(seen.waiting()).isZero();
  }

  @Test
  void validationReachesIntoCollections() {
    String queue = fixture.name("baskets");
    Broker broker = fixture.started(on -> on.consume(queue, Basket.class, basket -> {}));
    Basket basket = new Basket(List.of(new Order("a", 1), new Order("b", 0)));

    InvalidMessageException failure =
        (InvalidMessageException)
            Expect.failsAtOnce(
                ErrorCode.INVALID_MESSAGE,
                () -> broker.publish(basket, to(queue).callback(Void.class)));

    assertThat(failure.violations())
        .containsExactly(new Violation("items[1].quantity", "must be greater than 0"));
  }

  @Test
  void aHandlerThatThrowsFailsTheCallAtOnceWithTypeAndMessage() {
    String queue = fixture.name("failing");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      throw new ArithmeticException("division by zero");
                    }));

    HandlerFailedException failure =
        (HandlerFailedException)
            Expect.failsAtOnce(
                ErrorCode.HANDLER_FAILED,
                () -> broker.publish("x", to(queue).callback(String.class)));

    assertThat(failure.remoteType()).isEqualTo("ArithmeticException");
    assertThat(failure.remoteMessage()).isEqualTo("division by zero");
    assertThat(failure).hasMessageContaining(queue);
    assertThat(broker.counters().get(Counter.FAILED)).as("no retry by default").isEqualTo(1);
  }

  @Test
  void aRequestIsRetriedOnlyWhereThatIsSaidAndThenToldOnce() {
    String queue = fixture.name("retried");
    Seen<Integer> attempts = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue(queue).retry(2),
                    new TypeRef<Message<String>>() {},
                    message -> {
                      attempts.handle(message.attempt());
                      throw new IllegalStateException("always");
                    }));

    Expect.failsAtOnce(
        ErrorCode.HANDLER_FAILED, () -> broker.publish("x", to(queue).callback(String.class)));

    assertThat(attempts.waiting()).isEqualTo(3);
    assertThat(broker.counters().get(Counter.DEAD_LETTERED))
        .as("the caller knows, so it is no dead letter as well")
        .isZero();
  }

  @Test
  void aRefusalFailsTheCallAtOnceWithItsReason() {
    String queue = fixture.name("refusing");
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue(queue).retry(5),
                    String.class,
                    body -> {
                      throw new Reject("we are closed", new IllegalStateException("secret"));
                    }));

    HandlerFailedException failure =
        (HandlerFailedException)
            Expect.failsAtOnce(
                ErrorCode.HANDLER_FAILED,
                () -> broker.publish("x", to(queue).callback(String.class)));

    assertThat(failure.remoteMessage()).isEqualTo("we are closed");
    assertThat(broker.counters().get(Counter.FAILED)).isEqualTo(1);
  }

  @Test
  void aReplyThatCannotBeWrittenFailsTheCallAtOnce() {
    String queue = fixture.name("unwritable");
    Broker broker =
        fixture.started(on -> on.subscribe(queue, String.class, body -> new Unwritable()));

    Expect.failsAtOnce(
        ErrorCode.REPLY_UNREADABLE, () -> broker.publish("x", to(queue).callback(String.class)));
  }

  @Test
  void aReplyThatCannotBeReadFailsTheCallAtOnce() {
    String queue = fixture.name("unreadable");
    Broker broker = fixture.started(on -> on.subscribe(queue, String.class, body -> "no number"));

    Expect.failsAtOnce(
        ErrorCode.REPLY_UNREADABLE, () -> broker.publish("x", to(queue).callback(Receipt.class)));
    Expect.noCallInFlight(broker);
  }

  @Test
  void closingFailsPendingCallsAndLaterPublishes() {
    String nobody = fixture.name("nobody");
    Broker client = fixture.broker();
    client.declare(nobody);
    CompletableFuture<@Nullable String> pending =
        client.publishAsync("x", to(nobody).callback(String.class));
    Expect.counter(client, Counter.PUBLISHED, 1);

    client.close();

    assertThat(pending).as("complete before close returns").isCompletedExceptionally();
    Expect.fails(ErrorCode.CLOSED, pending);
    Expect.failsAtOnce(ErrorCode.CLOSED, () -> client.publish("x", to(nobody)));
    Expect.failsAtOnce(
        ErrorCode.CLOSED, () -> client.publish("x", to(nobody).callback(String.class)));
    Expect.fails(ErrorCode.CLOSED, client.publishAsync("x", to(nobody)));
  }

  @Test
  void aBrokerThatTakesNothingFailsThePublishAtItsDeadline() {
    fixture.require(Fault.BLOCK_PUBLISHERS);
    String queue = fixture.name("blocked");
    Broker client = fixture.broker();
    client.declare(queue);
    client.publish("x", to(queue));
    Duration limit = Duration.ofMillis(500);
    fixture.server().blockPublishers();
    try {
      long begin = System.nanoTime();

      PublishFailedException failure =
          (PublishFailedException)
              Expect.failsAtOnce(
                  ErrorCode.PUBLISH_FAILED, () -> client.publish("x", to(queue).timeout(limit)));

      assertThat(failure).hasMessageContaining(queue);
      assertThat(Expect.since(begin)).isLessThan(Expect.AT_ONCE);
      Expect.failsAtOnce(
          ErrorCode.PUBLISH_FAILED,
          () -> client.publish("x", to(queue).callback(String.class).timeout(limit)));
      Expect.noCallInFlight(client);
    } finally {
      fixture.server().unblockPublishers();
    }
  }
}
