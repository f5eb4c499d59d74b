package dev.parley.test;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.HandlerFailedException;
import dev.parley.test.Shop.Order;
import dev.parley.test.Shop.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailureMessagesTest {

  @RegisterExtension
  final TestBroker broker =
      TestBroker.with(Shop::new)
          .declaring("shipments", "audit", "ordres")
          .setting("retry.backoff.initial", "1h")
          .setting("retry.backoff.max", "1h")
          .limit(Duration.ofMillis(100));

  @Test
  void aMessageToTheWrongQueueIsShownWithTheQueuesThatHaveHandlers() {
    broker.publish(new Order("A-1", 2), to("ordres"));

    assertThatThrownBy(() -> broker.awaitHandled("orders"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            Not every message of "orders" was handled within PT0.1S.
              What happened:
                - sent to queue "ordres": {"id":"A-1","quantity":2}
              Handlers: "orders" (RUNNING)
              1 message in queue "ordres", which nobody handles""");
  }

  @Test
  void nothingAtAllIsSaidSo() {
    assertThatThrownBy(() -> broker.awaitPublished("shipments", Order.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            Not 1 message published to "shipments" within PT0.1S.
              Nothing was sent or handled.
              Handlers: "orders" (RUNNING)
              All queues are empty.""");
  }

  @Test
  void anUnexpectedDeadLetterFailsTheWaitWithItsError() {
    broker.publish("[]", to("orders"));
    placeAfterAllThat();

    assertThatThrownBy(() -> broker.awaitHandled("orders"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(
            "1 message of \"orders\" failed for good",
            "ask deadLettersOf(\"orders\") instead",
            "sent to queue \"orders.dead\" (InvalidMessageException: ");
  }

  @Test
  void whatHandlersThrowIsShown() {
    broker.publish(new Order("A-1", 0), to("orders").messageId("m-1"));
    placeAfterAllThat();

    assertThatThrownBy(() -> broker.awaitHandled("orders", 2))
        .hasMessageContainingAll(
            "Not 2 messages of \"orders\" handled within PT0.1S.",
            "handler of \"orders\" threw java.lang.IllegalStateException: no price for 0, attempt 1",
            "queue \"orders\": message m-1, attempt 1, to be tried again in ");
  }

  /** A call, which has no limit of 100 ms, and whose turn comes after what is in the queue. */
  private void placeAfterAllThat() {
    broker.publish(new Order("A-9", 1), to("orders").callback(Receipt.class));
  }

  @Test
  void whoStillRunsIsShownWithThePlace() throws Exception {
    CountDownLatch returns = new CountDownLatch(1);
    CountDownLatch runs = new CountDownLatch(1);
    broker.consume(
        "slow",
        String.class,
        body -> {
          runs.countDown();
          returns.await();
        });
    broker.publish("a", to("slow").messageId("m-1"));
    assertThat(runs.await(5, TimeUnit.SECONDS)).isTrue();

    try {
      assertThatThrownBy(broker::awaitIdle)
          .hasMessageContainingAll(
              "The broker was not idle within PT0.1S.",
              "1 message in queue \"slow\", waiting or unsettled",
              "Running: handler of \"slow\", attempt 1 of message m-1, in thread ",
              getClass().getSimpleName());
    } finally {
      returns.countDown();
      broker.publish("b", to("slow").callback(Void.class)); // so that the first has ended
    }
  }

  @Test
  void aStageThatIsNotCompleteIsShown() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    broker.subscribe("async", String.class, body -> stage);
    broker.publish("a", to("async"));

    assertThatThrownBy(broker::awaitIdle)
        .hasMessageContaining("it returned a CompletionStage that is not complete");
    stage.complete("done");
  }

  @Test
  void onlyTheLastTwentyThingsAreShown() {
    for (int i = 0; i < 30; i++) {
      broker.publish("number " + i, to("audit"));
    }

    assertThatThrownBy(() -> broker.awaitHandled("audit"))
        .hasMessageContainingAll("the last 20 of 30", "number 10", "number 29")
        .hasMessageNotContaining("number 9");
  }

  @Test
  void aBodyOfAnotherTypeIsShown() {
    broker.publish("hello", to("audit"));

    assertThatThrownBy(() -> broker.published("audit", Order.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(
            "This is not a dev.parley.test.Shop$Order", "queue \"audit\": hello");
  }

  @Test
  void anErrorReplyIsNotTakenForAReply() {
    assertThatThrownBy(
            () -> broker.publish(new Order("A-1", 0), to("orders").callback(Receipt.class)))
        .isInstanceOf(HandlerFailedException.class);

    assertThatThrownBy(() -> broker.replies("orders", Receipt.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("HANDLER_FAILED", "no price for 0");
  }

  @Test
  void bytesAreNotPrinted() {
    broker.publish(new byte[] {1, 2, 3}, to("audit"));
    broker.publish(new byte[0], to("audit"));
    broker.publish("x".repeat(300), to("audit"));

    assertThat(broker.published("audit"))
        .extracting(PublishedMessage::text)
        .containsExactly(
            "3 bytes of application/octet-stream", "an empty body", "x".repeat(200) + "...");
  }

  @Test
  void whatTheBrokerIsMadeOfIsSaidBefore() {
    assertThatThrownBy(() -> broker.setting("call.timeout", "1s"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before the test begins");
    assertThatThrownBy(() -> TestBroker.with().limit(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
  }

  @Test
  void aBrokerThatHasNotBegunSaysHowItBegins() {
    assertThatThrownBy(() -> TestBroker.with().publish("a", to("orders")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("@RegisterExtension", "start()");
  }
}
