package dev.parley.test;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.PublishFailedException;
import dev.parley.SubscriptionState;
import dev.parley.test.Shop.Order;
import dev.parley.test.Shop.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FaultsTest {

  private static final Duration SHORT = Duration.ofMillis(50);

  private final AtomicReference<Shop> shop = new AtomicReference<>();

  @RegisterExtension
  final TestBroker broker =
      TestBroker.with(
              broker -> {
                shop.set(new Shop(broker));
                return shop.get();
              })
          .declaring("shipments", "audit");

  @Test
  void aDroppedRequestIsNeverHandledAndItsCallTimesOut() {
    broker.faults().dropNext("orders");

    assertThatThrownBy(
            () ->
                broker.publish(
                    new Order("A-1", 2),
                    to("orders").callback(Receipt.class).timeout(SHORT).raiseTimeout()))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(shop.get().placed()).isZero();
    assertThat(broker.published("orders", Order.class)).containsExactly(new Order("A-1", 2));
  }

  @Test
  void aDroppedReplyLetsTheCallTimeOutThoughTheHandlerRan() {
    broker.faults().dropNextReply("orders");

    Receipt receipt =
        broker.publish(new Order("A-1", 2), to("orders").callback(Receipt.class).timeout(SHORT));

    assertThat(receipt).isNull();
    broker.awaitHandled("orders");
    assertThat(shop.get().placed()).isEqualTo(1);
    assertThat(broker.replies("orders", Receipt.class)).containsExactly(new Receipt("A-1", 500));
  }

  @Test
  void aDuplicatedMessageIsHandledTwice() {
    broker.faults().duplicateNext("orders");

    broker.publish(new Order("A-1", 2), to("orders"));
    broker.awaitHandled("orders", 2);

    assertThat(shop.get().placed()).isEqualTo(2);
    assertThat(broker.published("shipments")).hasSize(2);
  }

  @Test
  void aDelayedMessageIsOvertaken() {
    broker.faults().delayNext("orders", SHORT);

    broker.publish(new Order("A-1", 1), to("orders"));
    broker.publish(new Order("A-2", 2), to("orders"));
    broker.awaitHandled("orders");

    assertThat(broker.published("audit", Receipt.class))
        .containsExactly(new Receipt("A-2", 500), new Receipt("A-1", 250));
  }

  @Test
  void aRefusedMessageFailsItsPublish() {
    broker.faults().refuseNext("orders");

    assertThatThrownBy(() -> broker.publish(new Order("A-1", 2), to("orders")))
        .isInstanceOf(PublishFailedException.class);
    assertThat(broker.published("orders")).isEmpty();
  }

  @Test
  void aCutFailsCallsAndConsumersComeBack() throws Exception {
    CountDownLatch returns = new CountDownLatch(1);
    CountDownLatch runs = new CountDownLatch(1);
    broker.subscribe(
        "slow",
        String.class,
        body -> {
          runs.countDown();
          returns.await();
          return body;
        });
    CompletableFuture<String> call =
        broker.publishAsync("a", to("slow").callback(String.class).timeout(Duration.ofSeconds(30)));
    assertThat(runs.await(5, TimeUnit.SECONDS)).isTrue();

    broker.faults().cut();
    returns.countDown();

    assertThat(call)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(ConnectionLostException.class);
    String second = broker.publish("b", to("slow").callback(String.class));
    assertThat(second).isEqualTo("b");
    broker.awaitIdle();
    assertThat(broker.subscriptions())
        .allSatisfy(each -> assertThat(each.state()).isEqualTo(SubscriptionState.RUNNING));
  }

  @Test
  void whatWasUnacknowledgedAtACutIsHandledAgain() throws Exception {
    CountDownLatch returns = new CountDownLatch(1);
    CountDownLatch runs = new CountDownLatch(1);
    broker.consume(
        "slow",
        String.class,
        body -> {
          broker.publish(body, to("audit"));
          runs.countDown();
          returns.await();
        });
    broker.publish("a", to("slow"));
    assertThat(runs.await(5, TimeUnit.SECONDS)).isTrue();

    broker.faults().cut();
    returns.countDown();
    broker.awaitHandled("slow");

    assertThat(broker.published("audit", String.class)).isEqualTo(List.of("a", "a"));
  }
}
