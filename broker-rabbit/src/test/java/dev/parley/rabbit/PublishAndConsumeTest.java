package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PublishAndConsumeTest {

  private final String queue = "publish-and-consume-" + UUID.randomUUID();
  private TestClient client;

  @BeforeEach
  void connect() {
    client = TestClient.on(RealBrokers.rabbit().url());
  }

  @AfterEach
  void close() {
    client.close();
    assertThat(client.livingThreads()).isEmpty();
  }

  @Test
  void whatIsSentToADeclaredQueueIsConfirmedAndDelivered() {
    client.declare(Source.queue(queue));
    assertThat(client.send(Address.queue(queue), "hello")).isEqualTo(SendResult.CONFIRMED);

    Reader reader = client.listen(Source.queue(queue), 10);
    Delivery delivery = reader.delivery(0);

    assertThat(TestClient.body(delivery.message())).isEqualTo("hello");
    assertThat(delivery.message().contentType()).isEqualTo("text/plain");
    assertThat(delivery.attempt()).isEqualTo(1);
    assertThat(delivery.lost()).isFalse();
    assertThat(Reader.settle(delivery, Settlement.DONE)).isEqualTo(SettleResult.SETTLED);
  }

  @Test
  void aQueueNobodyDeclaredIsUnroutable() {
    assertThat(client.send(Address.queue(queue), "x").status())
        .isEqualTo(SendResult.Status.UNROUTABLE);
    assertThat(client.send(Address.reply(queue), "x").status())
        .isEqualTo(SendResult.Status.UNROUTABLE);
    assertThat(TestClient.get(client.transport.probe(Address.queue(queue))))
        .isEqualTo(Presence.ABSENT);
  }

  @Test
  void unroutableMessagesAmongManyAreToldApart() {
    client.declare(Source.queue(queue));
    List<CompletableFuture<SendResult>> routable = new ArrayList<>();
    List<CompletableFuture<SendResult>> unroutable = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      routable.add(client.sending(client.outgoing(Address.queue(queue), "m" + i)));
      if (i % 3 == 0) {
        unroutable.add(client.sending(client.outgoing(Address.queue("no-" + queue), "n" + i)));
      }
    }
    assertThat(routable).allMatch(each -> TestClient.get(each).confirmed());
    assertThat(unroutable)
        .allMatch(each -> TestClient.get(each).status() == SendResult.Status.UNROUTABLE);
  }

  @Test
  void manyMessagesKeepTheirOrder() {
    Reader reader = client.listen(Source.queue(queue), 100);
    reader.acknowledgeAll = true;
    List<String> sent = new ArrayList<>();
    List<CompletableFuture<SendResult>> results = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      sent.add("m" + i);
      results.add(client.sending(client.outgoing(Address.queue(queue), "m" + i)));
    }
    assertThat(results).allMatch(each -> TestClient.get(each).confirmed());
    await().atMost(TestClient.LIMIT).until(() -> reader.deliveries.size() == sent.size());
    assertThat(reader.bodies()).isEqualTo(sent);
  }

  @Test
  void noMoreThanThePrefetchIsUnsettled() {
    Reader reader = client.listen(Source.queue(queue), 3);
    for (int i = 0; i < 10; i++) {
      client.send(Address.queue(queue), "m" + i);
    }
    reader.delivery(2);
    Reader.settle(reader.deliveries.get(1), Settlement.DONE);
    reader.delivery(3);
    assertThat(TestClient.get(client.transport.probe(Address.queue(queue))))
        .isEqualTo(Presence.LIVE);
    assertThat(reader.deliveries).hasSize(4);
  }

  @Test
  void prefetchHoldsOverPauseAndResume() {
    Reader reader = client.listen(Source.queue(queue), 4);
    for (int i = 0; i < 20; i++) {
      client.send(Address.queue(queue), "m" + i);
    }
    reader.delivery(3);
    reader.listening.pause();
    await().until(() -> reader.state() == State.PAUSED);
    Reader.settle(reader.deliveries.get(0), Settlement.DONE);
    reader.listening.resume();
    reader.awaitConsuming();
    reader.delivery(4);
    TestClient.get(client.transport.probe(Address.queue(queue)));
    assertThat(reader.deliveries).hasSize(5);

    for (int i = 1; i < 5; i++) {
      Reader.settle(reader.deliveries.get(i), Settlement.DONE);
    }
    reader.delivery(8);
    TestClient.get(client.transport.probe(Address.queue(queue)));
    assertThat(reader.deliveries).hasSize(9);
  }

  @Test
  void releasedMessagesComeAgainAsTheyWere() {
    Reader reader = client.listen(Source.queue(queue), 1);
    client.send(Address.queue(queue), "again");
    assertThat(Reader.settle(reader.delivery(0), Settlement.RELEASE))
        .isEqualTo(SettleResult.SETTLED);
    assertThat(TestClient.body(reader.delivery(1).message())).isEqualTo("again");
    assertThat(reader.deliveries.get(1).attempt()).isEqualTo(1);
  }

  @Test
  void aRetryComesAgainAfterItsDelayWithItsAttempt() {
    Reader reader = client.listen(Source.queue(queue), 10);
    WireMessage message =
        new WireMessage(
            new byte[] {1, 0, 2},
            "application/octet-stream",
            "id-1",
            "correlation-1",
            Address.reply("nobody"),
            Map.of("user", "value"));
    long start = System.nanoTime();
    client.send(
        Outgoing.persistent(Address.queue(queue), message, client.deadline(TestClient.LIMIT)));
    Delivery first = reader.delivery(0);
    assertThat(Reader.settle(first, Settlement.retry(Duration.ofMillis(300), 2)))
        .isEqualTo(SettleResult.SETTLED);

    Delivery second = reader.delivery(1);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(450));
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(second.message().body()).containsExactly(1, 0, 2);
    assertThat(second.message().messageId()).isEqualTo("id-1");
    assertThat(second.message().correlationId()).isEqualTo("correlation-1");
    assertThat(second.message().replyTo()).isEqualTo(Address.reply("nobody"));
    assertThat(second.message().headers())
        .containsOnly(Map.entry("user", "value"), Map.entry("parley-attempt", "2"));
  }

  @Test
  void deadLettersDeclareTheirQueue() {
    Reader reader = client.listen(Source.queue(queue), 10);
    client.send(Address.queue(queue), "poison");
    Outgoing dead = client.outgoing(Address.queue(queue + ".dead"), "poison");

    assertThat(Reader.settle(reader.delivery(0), Settlement.DEAD, dead))
        .isEqualTo(SettleResult.SETTLED);

    Reader graves = client.listen(Source.queue(queue + ".dead"), 10);
    assertThat(TestClient.body(graves.delivery(0).message())).isEqualTo("poison");
  }

  @Test
  void nothingIsSettledWhenAnOutputGoesNowhere() {
    Reader reader = client.listen(Source.queue(queue), 1);
    client.send(Address.queue(queue), "request");
    Outgoing reply = client.outgoing(Address.reply("gone-" + queue), "reply");

    SettleResult result = Reader.settle(reader.delivery(0), Settlement.DONE, reply);

    assertThat(result.settled()).isFalse();
    assertThat(result.lost()).isFalse();
    assertThat(result.outputs().get(0).status()).isEqualTo(SendResult.Status.UNROUTABLE);
    assertThat(Reader.settle(reader.delivery(0), Settlement.DONE)).isEqualTo(SettleResult.SETTLED);
  }

  @Test
  void repliesComeToTheInbox() {
    Mailbox mailbox = client.openInbox();
    assertThat(client.send(mailbox.address(), "reply")).isEqualTo(SendResult.CONFIRMED);
    await().until(() -> mailbox.bodies.contains("reply"));
    assertThat(TestClient.get(client.transport.probe(mailbox.address()))).isEqualTo(Presence.LIVE);
  }

  @Test
  void afterStopNothingIsDeliveredAndSettlingStillWorks() {
    Reader reader = client.listen(Source.queue(queue), 2);
    for (int i = 0; i < 5; i++) {
      client.send(Address.queue(queue), "m" + i);
    }
    reader.delivery(1);
    TestClient.get(reader.listening.stop());
    assertThat(reader.state()).isEqualTo(State.STOPPED);
    assertThat(Reader.settle(reader.deliveries.get(0), Settlement.DONE))
        .isEqualTo(SettleResult.SETTLED);
    assertThat(reader.deliveries).hasSize(2);
    reader.listening.close();

    Reader next = client.listen(Source.queue(queue), 10);
    next.delivery(3);
    assertThat(next.bodies()).containsExactlyInAnyOrder("m1", "m2", "m3", "m4");
    assertThat(reader.deliveries.get(1).lost()).isTrue();
    assertThat(Reader.settle(reader.deliveries.get(1), Settlement.DONE))
        .isEqualTo(SettleResult.LOST);
  }

  @Test
  void stoppingWhileItStartsDeliversNothingAfterwards() {
    client.declare(Source.queue(queue));
    for (int i = 0; i < 50; i++) {
      client.send(Address.queue(queue), "m" + i);
    }
    for (int i = 0; i < 20; i++) {
      Reader reader = new Reader();
      Listening listening =
          client.transport.listen(
              new ListenRequest(Source.queue(queue), 50, TestClient.HANDLER_LIMIT, List.of()),
              reader);
      TestClient.get(listening.stop());
      int delivered = reader.deliveries.size();
      TestClient.get(client.transport.probe(Address.queue(queue)));
      assertThat(reader.deliveries).hasSize(delivered);
      assertThat(reader.state()).isEqualTo(State.STOPPED);
      listening.close();
    }
    client.listen(Source.queue(queue), 100).delivery(49);
  }

  @Test
  void aMessageThatRabbitDoesNotAnswerForMayHaveBeenSent() throws Exception {
    String full = "full-" + UUID.randomUUID();
    ByHand.on(
        RealBrokers.rabbit().url(),
        channel ->
            channel.queueDeclare(
                full,
                true,
                false,
                false,
                Map.of("x-max-length", 1, "x-overflow", "reject-publish")));

    SendResult result = SendResult.CONFIRMED;
    for (int i = 0; i < 20 && result.confirmed(); i++) {
      result = client.send(Address.queue(full), "x");
    }

    assertThat(result.status()).isEqualTo(SendResult.Status.UNKNOWN);
    assertThat(result.reason()).contains("nack");
    ByHand.on(RealBrokers.rabbit().url(), channel -> channel.queueDelete(full));
  }
}
