package dev.parley.rabbit;

import static dev.parley.conformance.brokers.BrokerAssumptions.assumeCan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a broker can do to a client, with a broker that is nobody else's. */
final class FaultsTest {

  private static RealBroker broker;

  private final String queue = "faults-" + UUID.randomUUID();
  private TestClient client;

  @BeforeAll
  static void start() {
    broker = RealBrokers.newRabbit();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void connect() {
    client = TestClient.on(broker.url());
  }

  @AfterEach
  void close() {
    client.close();
    assertThat(client.livingThreads()).isEmpty();
  }

  @Test
  void consumersInboxesAndSendsComeBackAfterCutConnections() {
    assumeCan(broker, BrokerCapability.CLOSE_CONNECTIONS);
    Reader reader = client.listen(Source.queue(queue), 10);
    Mailbox mailbox = client.openInbox();
    client.send(Address.queue(queue), "before");
    Delivery before = reader.delivery(0);
    Address oldAddress = mailbox.address();

    broker.closeAllConnections();

    await().atMost(TestClient.LIMIT).until(before::lost);
    assertThat(Reader.settle(before, Settlement.DONE)).isEqualTo(SettleResult.LOST);
    assertThat(client.send(Address.queue(queue), "after")).isEqualTo(SendResult.CONFIRMED);
    reader.delivery(2);
    assertThat(reader.bodies()).containsExactlyInAnyOrder("before", "before", "after");
    await().atMost(TestClient.LIMIT).until(() -> mailbox.addresses.size() == 2);
    assertThat(mailbox.events).containsExactly("ready", "gone", "ready");
    assertThat(mailbox.address()).isNotEqualTo(oldAddress);
    assertThat(client.send(oldAddress, "late").status()).isEqualTo(SendResult.Status.UNROUTABLE);
    assertThat(client.send(mailbox.address(), "reply")).isEqualTo(SendResult.CONFIRMED);
    await().until(() -> mailbox.bodies.contains("reply"));
    assertThat(reader.states).containsExactly(State.CONSUMING, State.RECOVERING, State.CONSUMING);
    assertThat(client.states).contains("publish DOWN", "consume DOWN");
  }

  @Test
  void consumersComeBackAfterARestartAndFindTheirMessages() {
    assumeCan(broker, BrokerCapability.RESTART);
    Reader reader = client.listen(Source.group(queue, "group"), 1);
    client.send(Address.topic(queue), "one");
    client.send(Address.topic(queue), "two");
    reader.delivery(0);

    broker.stop();
    await().atMost(TestClient.LIMIT).until(() -> reader.state() == State.RECOVERING);
    CompletableFuture<SendResult> waiting =
        client.sending(client.outgoing(Address.topic(queue), "three"));
    broker.start();

    assertThat(TestClient.get(waiting)).isEqualTo(SendResult.CONFIRMED);
    reader.acknowledgeAll = true;
    Reader.settle(reader.delivery(1), Settlement.DONE);
    reader.delivery(3);
    assertThat(reader.bodies()).containsExactly("one", "one", "two", "three");
  }

  @Test
  void sendsWithoutABrokerAreRefusedAtTheirDeadline() {
    TestClient offline = TestClient.on("amqp://guest:guest@127.0.0.1:1");
    try (offline) {
      long start = System.nanoTime();
      SendResult result =
          offline.send(
              offline.outgoing(Address.queue(queue), "x", Duration.ofMillis(300), Duration.ZERO));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertThat(result.status()).isEqualTo(SendResult.Status.REFUSED);
      assertThat(result.reason()).contains("refused");
      assertThat(millis).isBetween(300L, 2_000L);
      assertThat(offline.states).contains("publish CONNECTING", "publish DOWN");
    }
  }

  @Test
  void aBlockedBrokerHoldsUpSendsUntilTheirDeadlineAndNothingElse() {
    assumeCan(broker, BrokerCapability.BLOCK_PUBLISHERS);
    Reader reader = client.listen(Source.queue(queue), 10);
    client.send(Address.queue(queue), "before");
    Delivery before = reader.delivery(0);
    broker.blockPublishers();
    try {
      // RabbitMQ tells a connection of the alarm, and stops reading, when it publishes next.
      SendResult first =
          client.send(
              client.outgoing(Address.queue(queue), "first", Duration.ofSeconds(1), Duration.ZERO));
      assertThat(first.status()).isEqualTo(SendResult.Status.UNKNOWN);
      await().until(() -> client.states.contains("publish BLOCKED"));

      SendResult second =
          client.send(
              client.outgoing(
                  Address.queue(queue), "second", Duration.ofMillis(200), Duration.ZERO));
      assertThat(second.status()).isEqualTo(SendResult.Status.REFUSED);
      assertThat(second.reason()).contains("alarm");
      assertThat(TestClient.get(client.transport.probe(Address.queue(queue))))
          .isEqualTo(Presence.LIVE);
      client.declare(Source.queue("other-" + queue));
      assertThat(Reader.settle(before, Settlement.DONE)).isEqualTo(SettleResult.SETTLED);
    } finally {
      broker.unblockPublishers();
    }
    assertThat(client.send(Address.queue(queue), "third")).isEqualTo(SendResult.CONFIRMED);
    reader.delivery(2);
    assertThat(reader.bodies()).containsExactly("before", "first", "third");
  }

  @Test
  void aFullBufferRefusesMore() {
    TestClient small =
        TestClient.on("amqp://guest:guest@127.0.0.1:1", "rabbit.publish.buffer", "2");
    try (small) {
      List<CompletableFuture<SendResult>> waiting = new ArrayList<>();
      waiting.add(small.sending(small.outgoing(Address.queue(queue), "1")));
      waiting.add(small.sending(small.outgoing(Address.queue(queue), "2")));
      SendResult third = small.send(Address.queue(queue), "3");
      assertThat(third.status()).isEqualTo(SendResult.Status.REFUSED);
      assertThat(third.reason()).contains("rabbit.publish.buffer");
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      small.transport.close();
      assertThat(waiting)
          .allMatch(each -> TestClient.get(each).status() == SendResult.Status.REFUSED);
    }
  }

  @Test
  void aConsumerWhoseQueueIsDeletedDeclaresItAgain() throws Exception {
    Reader reader = client.listen(Source.queue(queue), 10);
    ByHand.on(broker.url(), channel -> channel.queueDelete(queue));
    await()
        .atMost(TestClient.LIMIT)
        .until(() -> reader.states.contains(State.RECOVERING) && reader.state() == State.CONSUMING);
    assertThat(client.send(Address.queue(queue), "found")).isEqualTo(SendResult.CONFIRMED);
    reader.delivery(0);
  }

  @Test
  void aConsumerWhoseQueueIsDeletedAndDeclaredBySomebodyElseConsumesAgain() throws Exception {
    Reader reader = client.listen(Source.queue(queue), 10);
    ByHand.on(
        broker.url(),
        channel -> {
          channel.queueDelete(queue);
          channel.queueDeclare(queue, true, false, false, null);
        });
    assertThat(client.send(Address.queue(queue), "found")).isEqualTo(SendResult.CONFIRMED);
    reader.delivery(0);
  }

  @Test
  void aDeletedTopicIsNoticedAndHurtsNobodyElse() {
    assumeCan(broker, BrokerCapability.CTL);
    client.declare(Source.topic(queue));
    client.declare(Source.topic("other-" + queue));
    assertThat(client.send(Address.topic(queue), "x")).isEqualTo(SendResult.CONFIRMED);
    assertThat(client.send(Address.topic("other-" + queue), "x")).isEqualTo(SendResult.CONFIRMED);
    broker.ctl(
        "eval",
        "rabbit_exchange:delete(rabbit_misc:r(<<\"/\">>, exchange, <<\"%s\">>), false, <<\"t\">>)."
            .formatted(queue));

    List<CompletableFuture<SendResult>> gone = new ArrayList<>();
    List<CompletableFuture<SendResult>> after = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      gone.add(client.sending(client.outgoing(Address.topic(queue), "gone")));
      after.add(client.sending(client.outgoing(Address.topic("other-" + queue), "fine")));
    }
    assertThat(gone)
        .allMatch(each -> TestClient.get(each).status() == SendResult.Status.UNROUTABLE);
    assertThat(after).allMatch(each -> TestClient.get(each).confirmed());
    client.declare(Source.topic(queue));
    assertThat(client.send(Address.topic(queue), "back")).isEqualTo(SendResult.CONFIRMED);
  }

  @Test
  void whatIsWrittenAndUnconfirmedIsUnknownWhenTheConnectionIsCut() {
    assumeCan(broker, BrokerCapability.BLOCK_PUBLISHERS, BrokerCapability.CLOSE_CONNECTIONS);
    client.declare(Source.queue(queue));
    client.send(Address.queue(queue), "before");
    broker.blockPublishers();
    try {
      CompletableFuture<SendResult> written =
          client.sending(client.outgoing(Address.queue(queue), "written"));
      await().until(() -> client.states.contains("publish BLOCKED"));
      CompletableFuture<SendResult> queued =
          client.sending(client.outgoing(Address.queue(queue), "queued"));
      broker.closeAllConnections();
      assertThat(TestClient.get(written).status()).isEqualTo(SendResult.Status.UNKNOWN);
      assertThat(queued).isNotDone();
      broker.unblockPublishers();
      assertThat(TestClient.get(queued)).isEqualTo(SendResult.CONFIRMED);
    } finally {
      broker.unblockPublishers();
    }
  }
}
