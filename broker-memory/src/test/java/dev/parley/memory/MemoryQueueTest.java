package dev.parley.memory;

import static dev.parley.memory.TestClient.body;
import static dev.parley.memory.TestClient.settle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.memory.TestClient.Handler;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.SendResult.Status;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryQueueTest {

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
  void sendingDoesNotCreateAQueue() {
    SendResult result = client.send(ORDERS, "a");

    assertThat(result.status()).isEqualTo(Status.UNROUTABLE);
    assertThat(result.reason()).contains("orders");
    assertThat(probe(ORDERS)).isEqualTo(Presence.ABSENT);
  }

  @Test
  void presenceTellsDeclaredFromLive() {
    client.declare(SOURCE);
    assertThat(probe(ORDERS)).isEqualTo(Presence.DECLARED);

    Handler handler = client.listen(SOURCE, 1);
    assertThat(probe(ORDERS)).isEqualTo(Presence.LIVE);

    handler.listening.pause();
    assertThat(probe(ORDERS)).isEqualTo(Presence.DECLARED);
    handler.listening.resume();
    handler.listening.stop();
    assertThat(probe(ORDERS)).isEqualTo(Presence.DECLARED);
  }

  @Test
  void messagesWaitForTheFirstConsumerAndKeepTheirOrder() {
    client.declare(SOURCE);
    sendAll("a", "b", "c");

    assertThat(client.listen(SOURCE, 10).bodies()).containsExactly("a", "b", "c");
  }

  @Test
  void aLongQueueIsDeliveredInSharesUntilItIsEmpty() {
    client.declare(SOURCE);
    for (int i = 0; i < 2_000; i++) {
      client.send(ORDERS, "m" + i);
    }

    Handler handler = client.listen(SOURCE, 5_000);
    assertThat(handler.deliveries).hasSizeLessThan(2_000); // the caller did only its share
    scheduler.settle();

    assertThat(handler.deliveries).hasSize(2_000);
    assertThat(handler.last().message().messageId()).isEqualTo("id-m1999");
  }

  @Test
  void consumersTakeTurns() {
    Handler one = client.listen(SOURCE, 2);
    Handler two = client.listen(SOURCE, 2);
    sendAll("a", "b", "c", "d", "e");

    assertThat(one.bodies()).containsExactly("a", "c");
    assertThat(two.bodies()).containsExactly("b", "d");
    settle(two.deliveries.get(0), Settlement.DONE);
    assertThat(two.bodies()).containsExactly("b", "d", "e");
  }

  @Test
  void prefetchBoundsWhatIsUnsettled() {
    Handler handler = client.listen(SOURCE, 2);
    sendAll("a", "b", "c", "d");
    assertThat(handler.bodies()).containsExactly("a", "b");

    assertThat(settle(handler.deliveries.get(0), Settlement.DONE)).isEqualTo(SettleResult.SETTLED);
    assertThat(handler.bodies()).containsExactly("a", "b", "c");
  }

  @Test
  void aFullQueueRefusesUntilAMessageIsSettled() {
    try (TestClient small = TestClient.on(broker.url(), scheduler, 2)) {
      Handler handler = small.listen(SOURCE, 1);
      sendAll("a", "b");

      SendResult full = client.send(ORDERS, "c");
      assertThat(full.status()).isEqualTo(Status.REFUSED);
      assertThat(full.reason()).contains("orders").contains("memory.queue-limit");

      settle(handler.last(), Settlement.DONE);
      assertThat(client.send(ORDERS, "c")).isEqualTo(SendResult.CONFIRMED);
    }
  }

  @Test
  void expiredMessagesMakeRoomInAFullQueue() {
    try (TestClient small = TestClient.on(broker.url(), scheduler, 2)) {
      small.declare(SOURCE);
      client.send(ORDERS, "a");
      client.send(client.outgoing(ORDERS, "b", Duration.ofSeconds(1), Duration.ZERO));
      scheduler.advance(Duration.ofSeconds(1));

      assertThat(client.send(ORDERS, "c")).isEqualTo(SendResult.CONFIRMED);
      assertThat(client.listen(SOURCE, 9).bodies()).containsExactly("a", "c");
    }
  }

  @Test
  void anExpiredMessageIsNeverDelivered() {
    client.declare(SOURCE);
    client.send(client.outgoing(ORDERS, "a", Duration.ofMillis(10), Duration.ZERO));
    client.send(client.outgoing(ORDERS, "b", Duration.ofMillis(11), Duration.ZERO));
    client.send(ORDERS, "c");
    scheduler.advance(Duration.ofMillis(10));

    assertThat(client.listen(SOURCE, 9).bodies()).containsExactly("b", "c");
    assertThat(broker.messages("orders")).isEqualTo(2);
  }

  @Test
  void aDelayedMessageComesExactlyInTime() {
    Handler handler = client.listen(SOURCE, 9);
    client.send(client.outgoing(ORDERS, "late", null, Duration.ofMillis(50)));
    client.send(ORDERS, "soon");
    scheduler.advance(Duration.ofNanos(49_999_999));
    assertThat(handler.bodies()).containsExactly("soon");

    scheduler.advance(Duration.ofNanos(1));
    assertThat(handler.bodies()).containsExactly("soon", "late");
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void aDelayedMessageToAnUndeclaredQueueFailsAtOnce() {
    Outgoing delayed = client.outgoing(ORDERS, "a", null, Duration.ofHours(1));

    assertThat(client.send(delayed).status()).isEqualTo(Status.UNROUTABLE);
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void delayedMessagesOutliveTheirSender() {
    ManualScheduler other = new ManualScheduler(77);
    Handler handler = client.listen(SOURCE, 9);
    try (TestClient sender = TestClient.on(broker.url(), other)) {
      sender.send(sender.outgoing(ORDERS, "later", null, Duration.ofSeconds(2)));
    }
    other.stop();
    scheduler.advance(Duration.ofSeconds(2));

    assertThat(handler.bodies()).containsExactly("later");
  }

  @Test
  void theTimerPassesOnWhenItsOwnerCloses() {
    ManualScheduler other = new ManualScheduler(1_000_000_000_000L);
    try (TestClient second = TestClient.on(broker.url(), other)) {
      second.declare(SOURCE);
      client.send(client.outgoing(ORDERS, "later", null, Duration.ofSeconds(2)));
      scheduler.advance(Duration.ofSeconds(1));
      client.close();
      scheduler.stop();

      Handler handler = second.listen(SOURCE, 1);
      other.advance(Duration.ofNanos(999_999_999));
      assertThat(handler.bodies()).isEmpty();
      other.advance(Duration.ofNanos(1));
      assertThat(handler.bodies()).containsExactly("later");
      assertThat(handler.last().age()).isEqualTo(Duration.ofSeconds(2));
    }
  }

  @Test
  void aDeliveryKnowsItsKeyAgeAndTimeOfReceipt() {
    client.declare(SOURCE);
    Outgoing plain = client.outgoing(ORDERS, "a");
    client.send(
        new Outgoing(
            plain.to(),
            plain.message(),
            plain.deadlineNanos(),
            true,
            "k1",
            null,
            Duration.ZERO,
            List.of(),
            null,
            null));
    scheduler.advance(Duration.ofMillis(7));

    Delivery delivery = client.listen(SOURCE, 1).last();
    assertThat(delivery.key()).isEqualTo("k1");
    assertThat(delivery.age()).isEqualTo(Duration.ofMillis(7));
    assertThat(delivery.receivedNanos()).isEqualTo(scheduler.nanoTime());
    assertThat(delivery.message()).isSameAs(plain.message());
    assertThat(delivery.nativeMessage()).isSameAs(plain.message());
  }

  @Test
  void aNativeMessageIsSentUntouchedButForWhatACallNeeds() {
    Handler handler = client.listen(SOURCE, 1);
    WireMessage own = TestClient.message("native");
    WireMessage call =
        new WireMessage(new byte[0], null, "ignored", "c-1", Address.reply("back"), Map.of());
    client.send(
        new Outgoing(
            ORDERS,
            call,
            Long.MAX_VALUE / 4,
            true,
            null,
            null,
            Duration.ZERO,
            List.of(),
            own,
            null));

    WireMessage received = handler.last().message();
    assertThat(body(received)).isEqualTo("native");
    assertThat(received.messageId()).isEqualTo("id-native");
    assertThat(received.correlationId()).isEqualTo("c-1");
    assertThat(received.replyTo()).isEqualTo(Address.reply("back"));
  }

  @Test
  void aMessagePastItsDeadlineIsRefused() {
    client.declare(SOURCE);
    Outgoing late = client.outgoing(ORDERS, "a");
    scheduler.advance(Duration.ofSeconds(31));

    assertThat(client.send(late).status()).isEqualTo(Status.REFUSED);
    assertThat(broker.messages("orders")).isZero();
  }

  private void sendAll(String... bodies) {
    for (String body : bodies) {
      assertThat(client.send(ORDERS, body)).isEqualTo(SendResult.CONFIRMED);
    }
  }

  private Presence probe(Address address) {
    return client.transport.probe(address).toCompletableFuture().join();
  }
}
