package dev.parley.memory;

import static dev.parley.memory.TestClient.body;
import static dev.parley.memory.TestClient.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.memory.TestClient.Handler;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SendResult.Status;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettlementTest {

  private static final Address ORDERS = Address.queue("orders");
  private static final Source SOURCE = Source.queue("orders");

  private final ManualScheduler scheduler = new ManualScheduler(-5_000_000_000L);
  private final MemoryBroker broker = MemoryBroker.create();
  private final TestClient client = TestClient.on(broker.url(), scheduler);

  @AfterEach
  void close() {
    client.close();
    broker.close();
  }

  @Test
  void releasedMessagesComeBackAtTheirOldPlaces() {
    Handler handler = client.listen(SOURCE, 3);
    sendAll("a", "b", "c", "d");
    handler.listening.pause();
    settle(handler.deliveries.get(1), Settlement.RELEASE);
    settle(handler.deliveries.get(0), Settlement.RELEASE);
    handler.listening.resume();

    assertThat(handler.bodies()).containsExactly("a", "b", "c", "a", "b");
    assertThat(handler.last().attempt()).isEqualTo(1);
  }

  @Test
  void aRetryComesExactlyAfterItsDelayAtTheTailWithItsAttempt() {
    Handler handler = client.listen(SOURCE, 1);
    sendAll("a", "b");
    settle(handler.last(), Settlement.retry(Duration.ofMillis(300), 2));
    scheduler.advance(Duration.ofNanos(299_999_999));
    client.send(ORDERS, "c");
    scheduler.advance(Duration.ofNanos(1));
    settle(handler.last(), Settlement.DONE);
    settle(handler.last(), Settlement.DONE);

    assertThat(handler.bodies()).containsExactly("a", "b", "c", "a");
    assertThat(handler.last().attempt()).isEqualTo(2);
    assertThat(handler.last().age()).isEqualTo(Duration.ofMillis(300));
    assertThat(handler.deliveries.get(0).attempt()).isEqualTo(1);
  }

  @Test
  void aRetryIsNotRefusedByAFullQueue() {
    try (TestClient small = TestClient.on(broker.url(), scheduler, 1)) {
      Handler handler = small.listen(SOURCE, 1);
      client.send(ORDERS, "a");
      settle(handler.last(), Settlement.retry(Duration.ofSeconds(1), 2));

      assertThat(client.send(ORDERS, "b").status()).isEqualTo(Status.REFUSED);
      scheduler.advance(Duration.ofSeconds(1));
      assertThat(handler.bodies()).containsExactly("a", "a");
    }
  }

  @Test
  void nothingIsSettledUntilEveryOutputIsConfirmed() {
    Handler handler = client.listen(SOURCE, 1);
    client.declare(Source.queue("receipts"));
    client.send(ORDERS, "a");

    Outgoing good = client.outgoing(Address.reply("receipts"), "receipt");
    Outgoing bad = client.outgoing(Address.queue("nowhere"), "x");
    SettleResult result = settle(handler.last(), Settlement.DONE, good, bad);
    assertThat(result.settled()).isFalse();
    assertThat(result.lost()).isFalse();
    assertThat(result.outputs())
        .extracting(SendResult::status)
        .containsExactly(Status.CONFIRMED, Status.UNROUTABLE);
    assertThat(settle(handler.last(), Settlement.DONE, bad).outputs())
        .extracting(SendResult::status)
        .containsExactly(Status.UNROUTABLE);
    assertThat(broker.messages("orders")).isEqualTo(1);

    assertThat(settle(handler.last(), Settlement.DONE, good)).isEqualTo(SettleResult.SETTLED);
    assertThat(broker.messages("orders")).isZero();
    assertThat(broker.messages("receipts")).isEqualTo(2);
  }

  @Test
  void aSettlementWaitsForTheConfirmOfItsOutput() {
    Handler handler = client.listen(SOURCE, 1);
    client.declare(Source.queue("receipts"));
    client.send(ORDERS, "a");
    broker.faults().holdConfirms();
    List<SettleResult> results = new ArrayList<>();
    Outgoing receipt = client.outgoing(Address.queue("receipts"), "receipt");
    handler.last().settle(Settlement.DONE, List.of(receipt), results::add);

    assertThat(results).isEmpty();
    assertThat(broker.messages("orders")).isEqualTo(1);
    assertThatThrownBy(() -> settle(handler.last(), Settlement.DONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orders");

    broker.faults().releaseConfirms();
    assertThat(results).containsExactly(SettleResult.SETTLED);
    assertThat(broker.messages("orders")).isZero();
  }

  @Test
  void settlingDeadDeclaresTheDeadLetterQueue() {
    Handler handler = client.listen(SOURCE, 1);
    client.send(ORDERS, "a");
    Outgoing letter = client.outgoing(Address.queue("orders.dead"), "a");

    assertThat(settle(handler.last(), Settlement.DEAD, letter)).isEqualTo(SettleResult.SETTLED);
    assertThat(client.listen(Source.queue("orders.dead"), 1).bodies()).containsExactly("a");
    assertThat(broker.messages("orders")).isZero();
  }

  @Test
  void settlingTwiceIsAnError() {
    Handler handler = client.listen(SOURCE, 1);
    client.send(ORDERS, "a");
    settle(handler.last(), Settlement.DONE);

    assertThatThrownBy(() -> settle(handler.last(), Settlement.DONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orders")
        .hasMessageContaining("settled already");
  }

  @Test
  void whatAClosedListeningHadGoesToOthersWithTheSameAttempt() {
    Handler closing = client.listen(SOURCE, 9);
    sendAll("a", "b");
    settle(closing.deliveries.get(0), Settlement.retry(Duration.ZERO, 2));
    closing.listening.close();

    assertThat(closing.deliveries.get(1).lost()).isTrue();
    assertThat(settle(closing.last(), Settlement.DONE)).isEqualTo(SettleResult.LOST);
    Handler other = client.listen(SOURCE, 9);
    assertThat(other.bodies()).containsExactly("b", "a");
    assertThat(other.deliveries).extracting(Delivery::attempt).containsExactly(1, 2);
    assertThat(closing.states).containsExactly(State.STARTING, State.CONSUMING, State.STOPPED);
  }

  @Test
  void whatAClosedTransportHadGoesToOthers() {
    Handler other;
    try (TestClient closing = TestClient.on(broker.url(), scheduler)) {
      Handler handler = closing.listen(SOURCE, 9);
      sendAll("a", "b");
      other = client.listen(SOURCE, 9);
      assertThat(handler.deliveries).hasSize(2);
    }

    assertThat(other.bodies()).containsExactly("a", "b");
  }

  @Test
  void aLostDeliverySendsNoOutputs() {
    Handler handler = client.listen(SOURCE, 1);
    client.declare(Source.queue("receipts"));
    client.send(ORDERS, "a");
    handler.listening.close();
    Outgoing receipt = client.outgoing(Address.queue("receipts"), "receipt");

    assertThat(settle(handler.last(), Settlement.DONE, receipt)).isEqualTo(SettleResult.LOST);
    assertThat(broker.messages("receipts")).isZero();
  }

  @Test
  void aPausedListeningKeepsWhatItHasAndTakesNoMore() {
    Handler handler = client.listen(SOURCE, 2);
    client.send(ORDERS, "a");
    handler.listening.pause();
    handler.listening.pause();
    client.send(ORDERS, "b");
    assertThat(settle(handler.last(), Settlement.DONE)).isEqualTo(SettleResult.SETTLED);
    assertThat(handler.bodies()).containsExactly("a");

    handler.listening.resume();
    assertThat(handler.bodies()).containsExactly("a", "b");
    assertThat(handler.states)
        .containsExactly(State.STARTING, State.CONSUMING, State.PAUSED, State.CONSUMING);
  }

  @Test
  void afterStopNothingIsDeliveredAndTheRestCanBeSettled() {
    Handler handler = client.listen(SOURCE, 1);
    client.send(ORDERS, "a");
    CompletableFuture<Void> stopped = handler.listening.stop().toCompletableFuture();
    assertThat(stopped).isCompleted();
    client.send(ORDERS, "b");

    assertThat(settle(handler.last(), Settlement.DONE)).isEqualTo(SettleResult.SETTLED);
    assertThat(handler.bodies()).containsExactly("a");
    assertThat(handler.listening.stop().toCompletableFuture()).isCompleted();
  }

  @Test
  void aListenerThatSettlesAndSendsAtOnceDoesNotRecurse() {
    int messages = 100_000; // as many frames would overflow any stack
    int[] handled = {0};
    client.transport.listen(
        new ListenRequest(SOURCE, 1, TestClient.HANDLER_LIMIT, List.of()),
        new DeliveryListener() {
          @Override
          public void delivered(Delivery delivery) {
            if (++handled[0] < messages) {
              client.send(ORDERS, "next");
            }
            settle(delivery, Settlement.DONE);
          }

          @Override
          public void changed(State state, Throwable error) {}
        });
    client.send(ORDERS, "first");
    scheduler.settle();

    assertThat(handled[0]).isEqualTo(messages);
    assertThat(broker.messages()).isZero();
  }

  private void sendAll(String... bodies) {
    for (String body : bodies) {
      assertThat(client.send(ORDERS, body)).isEqualTo(SendResult.CONFIRMED);
    }
  }
}
