package dev.parley.rabbit;

import static dev.parley.conformance.brokers.BrokerAssumptions.assumeCan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DelayTest {

  private final RealBroker broker = RealBrokers.rabbit();
  private final String name = "delay-" + UUID.randomUUID();
  private TestClient client;

  @BeforeEach
  void connect() {
    client = TestClient.on(broker.url());
  }

  @AfterEach
  void close() {
    client.close();
  }

  @ParameterizedTest
  @CsvSource({
    "PT-1S, 0, 0",
    "PT0S, 0, 0",
    "PT0.001S, 100, 0",
    "PT0.1S, 100, 0",
    "PT0.101S, 250, 0",
    "PT3S, 5000, 0",
    "PT2H, 21600000, 0",
    "P1D, 86400000, 0",
    "P3DT1S, 86400000, 172801000"
  })
  void delaysAreRoundedUpToTheNextBucket(Duration delay, long bucket, long left) {
    DelayBucket chosen = DelayBucket.of(delay);
    assertThat(chosen.delay()).isEqualTo(Duration.ofMillis(bucket));
    assertThat(chosen.left(delay)).isEqualTo(Duration.ofMillis(left));
  }

  @Test
  void retriesComeInTheOrderOfTheirDelaysNotOfTheirSettlement() {
    Reader reader = client.listen(Source.queue(name), 10);
    client.send(Address.queue(name), "slow");
    client.send(Address.queue(name), "fast");
    client.send(Address.queue(name), "medium");
    reader.delivery(2);
    List<Long> millis = List.of(2_000L, 100L, 900L);
    for (int i = 0; i < 3; i++) {
      Settlement retry = Settlement.retry(Duration.ofMillis(millis.get(i)), 2);
      reader.deliveries.get(i).settle(retry, List.of(), result -> {});
    }
    reader.delivery(5);
    assertThat(reader.bodies().subList(3, 6)).containsExactly("fast", "medium", "slow");
  }

  @Test
  void manyRetriesLeaveNoTraceInHeaders() {
    Reader reader = client.listen(Source.queue(name), 10);
    client.send(Address.queue(name), "again");
    for (int attempt = 2; attempt <= 5; attempt++) {
      Delivery delivery = reader.delivery(attempt - 2);
      assertThat(Reader.settle(delivery, Settlement.retry(Duration.ofMillis(50), attempt)))
          .isEqualTo(SettleResult.SETTLED);
    }
    Delivery last = reader.delivery(4);
    assertThat(last.attempt()).isEqualTo(5);
    assertThat(last.message().headers()).isEqualTo(Map.of("parley-attempt", "5"));
    com.rabbitmq.client.Delivery seen = (com.rabbitmq.client.Delivery) last.nativeMessage();
    if (broker.can(BrokerCapability.DEAD_LETTER_EXCHANGE)) {
      assertThat((List<?>) seen.getProperties().getHeaders().get("x-death")).hasSize(1);
    } else {
      assertThat(seen.getProperties().getHeaders()).hasSize(1);
    }
  }

  @Test
  void aRetryOutlivesTheExpirationOfItsMessage() {
    Reader reader = client.listen(Source.queue(name), 10);
    Outgoing limited =
        new Outgoing(
            Address.queue(name),
            TestClient.message("limited"),
            client.deadline(TestClient.LIMIT),
            true,
            null,
            Duration.ofMillis(200),
            Duration.ZERO,
            List.of(),
            null,
            null);
    client.send(limited);
    Delivery first = reader.delivery(0);
    long start = System.nanoTime();
    Reader.settle(first, Settlement.retry(Duration.ofMillis(900), 2));
    reader.delivery(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(800));
  }

  @Test
  void delayedMessagesArriveLater() {
    assumeCan(broker, BrokerCapability.DEAD_LETTER_EXCHANGE);
    Reader reader = client.listen(Source.queue(name), 10);
    long start = System.nanoTime();
    Outgoing delayed =
        client.outgoing(Address.queue(name), "later", TestClient.LIMIT, Duration.ofMillis(500));
    assertThat(client.send(delayed)).isEqualTo(SendResult.CONFIRMED);
    assertThat(client.send(Address.queue(name), "now")).isEqualTo(SendResult.CONFIRMED);
    reader.delivery(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(450));
    assertThat(reader.bodies()).containsExactly("now", "later");
    assertThat(reader.deliveries.get(1).message().headers()).isEmpty();
  }

  @Test
  void delayedMessagesAreRefusedWithAReasonWhereNoQueueDelays() {
    assumeTrue(!broker.can(BrokerCapability.DEAD_LETTER_EXCHANGE), "this server delays");
    client.declare(Source.queue(name));
    client.declare(Source.topic(name));
    for (Address to : List.of(Address.queue(name), Address.topic(name))) {
      SendResult result =
          client.send(client.outgoing(to, "later", TestClient.LIMIT, Duration.ofMillis(500)));
      assertThat(result.status()).isEqualTo(SendResult.Status.REFUSED);
      assertThat(result.reason()).contains(name, "not RabbitMQ");
    }
    assertThat(client.states).doesNotContain("consume DOWN");
  }

  @Test
  void messagesThatWaitForTheirRetryHoldUpNobodyElse() {
    Reader reader = client.listen(Source.queue(name), 1);
    for (int i = 0; i < 5; i++) {
      client.send(Address.queue(name), "m" + i);
      reader
          .delivery(i)
          .settle(Settlement.retry(Duration.ofMinutes(1), 2), List.of(), result -> {});
    }
    client.send(Address.queue(name), "other");
    assertThat(TestClient.body(reader.delivery(5).message())).isEqualTo("other");
    client.send(Address.queue(name), "one too many");
    TestClient.get(client.transport.probe(Address.queue(name)));
    assertThat(reader.deliveries).hasSize(6);
  }

  @Test
  void stoppingGivesWhatWaitsHereToSomebodyElseWithItsAttempt() {
    assumeTrue(!broker.can(BrokerCapability.DEAD_LETTER_EXCHANGE), "it waits in the server");
    Reader reader = client.listen(Source.queue(name), 10);
    client.send(Address.queue(name), "moving");
    CompletableFuture<SettleResult> settled = new CompletableFuture<>();
    reader
        .delivery(0)
        .settle(Settlement.retry(Duration.ofHours(1), 7), List.of(), settled::complete);
    assertThat(settled).isNotDone();

    TestClient.get(reader.listening.stop());

    assertThat(TestClient.get(settled)).isEqualTo(SettleResult.SETTLED);
    assertThat(client.listen(Source.queue(name), 10).delivery(0).attempt()).isEqualTo(7);
  }

  @Test
  void whatWaitsHereIsLostToUsWithItsConnectionAndDeliveredAgain() {
    assumeTrue(!broker.can(BrokerCapability.DEAD_LETTER_EXCHANGE), "it waits in the server");
    Reader reader = client.listen(Source.queue(name), 10);
    client.send(Address.queue(name), "cut");
    CompletableFuture<SettleResult> settled = new CompletableFuture<>();
    reader
        .delivery(0)
        .settle(Settlement.retry(Duration.ofHours(1), 2), List.of(), settled::complete);

    broker.closeAllConnections();

    assertThat(TestClient.get(settled)).isEqualTo(SettleResult.LOST);
    assertThat(reader.delivery(1).attempt()).isEqualTo(1);
  }

  @Test
  void delayedMessagesReachEveryGroupOfATopic() {
    assumeCan(broker, BrokerCapability.DEAD_LETTER_EXCHANGE);
    Reader one = client.listen(Source.group(name, "one"), 10);
    Reader two = client.listen(Source.group(name, "two"), 10);
    Outgoing delayed =
        client.outgoing(Address.topic(name), "later", TestClient.LIMIT, Duration.ofMillis(100));
    assertThat(client.send(delayed)).isEqualTo(SendResult.CONFIRMED);
    assertThat(TestClient.body(one.delivery(0).message())).isEqualTo("later");
    assertThat(TestClient.body(two.delivery(0).message())).isEqualTo("later");
  }

  @Test
  void aDelayedMessageToNowhereIsUnroutableAtOnce() {
    for (Address nowhere : List.of(Address.queue(name), Address.topic(name))) {
      SendResult result =
          client.send(client.outgoing(nowhere, "x", TestClient.LIMIT, Duration.ofSeconds(5)));
      assertThat(result.status()).isEqualTo(SendResult.Status.UNROUTABLE);
    }
  }

  @Test
  void aDelayLongerThanTheLongestQueueGoesRoundAgain() {
    Reader reader = client.listen(Source.queue(name), 10);
    WireMessage onItsWay = TestClient.message("later", Map.of("parley-delay-left", "400"));
    long start = System.nanoTime();
    client.send(
        Outgoing.persistent(Address.queue(name), onItsWay, client.deadline(TestClient.LIMIT)));
    Delivery delivery = reader.delivery(0);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(390));
    assertThat(delivery.attempt()).isEqualTo(1);
    assertThat(delivery.message().headers()).doesNotContainKey("parley-delay-left");
  }

  @Test
  void manyDelayedMessagesForAQueueThatWasDeletedHoldUpNobody() throws Exception {
    assumeCan(broker, BrokerCapability.DEAD_LETTER_EXCHANGE);
    client.declare(Source.queue(name));
    for (int i = 0; i < 100; i++) {
      client.send(later(Address.queue(name), "for nobody", Duration.ofMillis(500)));
    }
    delete(name);
    String other = name + "-other";
    Reader reader = client.listen(Source.queue(other), 10);
    client.send(later(Address.queue(other), "mine", Duration.ofMillis(500)));
    assertThat(TestClient.body(reader.delivery(0).message())).isEqualTo("mine");
  }

  @Test
  void manyDelayedMessagesForATopicThatNobodyReadsHoldUpNobody() {
    assumeCan(broker, BrokerCapability.DEAD_LETTER_EXCHANGE);
    client.declare(Source.topic(name));
    for (int i = 0; i < 100; i++) {
      client.send(later(Address.topic(name), "for nobody", Duration.ofMillis(500)));
    }
    String other = name + "-other";
    Reader reader = client.listen(Source.group(other, "one"), 10);
    client.send(later(Address.topic(other), "mine", Duration.ofMillis(500)));
    assertThat(TestClient.body(reader.delivery(0).message())).isEqualTo("mine");
  }

  @Test
  void aDelayedMessageReachesItsQueueThoughThatWasDeletedAndMadeAgain() throws Exception {
    assumeCan(broker, BrokerCapability.DEAD_LETTER_EXCHANGE);
    client.declare(Source.queue(name));
    client.send(later(Address.queue(name), "later", Duration.ofMillis(500)));
    delete(name);
    Reader reader = client.listen(Source.queue(name), 10);
    assertThat(TestClient.body(reader.delivery(0).message())).isEqualTo("later");
  }

  @Test
  void delayQueuesForgetAMessageWhenTheNextQueueHasIt() {
    assumeCan(broker, BrokerCapability.CTL);
    client.declare(Source.queue(name));
    client.send(later(Address.queue(name), "later", Duration.ofMillis(500)));
    assertThat(broker.ctl("list_queues", "name", "type", "arguments").lines())
        .anySatisfy(
            queue ->
                assertThat(queue)
                    .startsWith("parley.delay.500.")
                    .contains("quorum", "at-least-once", "reject-publish", "parley.delay.queues"));
  }

  @Test
  void aDelayQueueThatWasDeletedIsMadeAnew() throws Exception {
    assumeCan(broker, BrokerCapability.CTL);
    client.declare(Source.queue(name));
    assertThat(client.send(later(Address.queue(name), "first", Duration.ofMillis(250))))
        .isEqualTo(SendResult.CONFIRMED);
    for (String queue : broker.ctl("list_queues", "name").lines().toList()) {
      if (queue.startsWith("parley.delay.250.")) {
        delete(queue);
      }
    }
    await()
        .until(
            () -> client.send(later(Address.queue(name), "x", Duration.ofMillis(250))).confirmed());
  }

  @Test
  void aDelayQueueThatIsKilledWithItsServerWhenItIsNewIsMadeAnew() throws Exception {
    assumeCan(broker, BrokerCapability.KILL);
    try (RealBroker own = RealBrokers.newRabbit(); // whose delay queues nobody has declared
        TestClient sender = TestClient.on(own.url())) {
      Reader reader = sender.listen(Source.queue(name), 10);
      sender.declare(Source.queue(name));
      CompletableFuture<SendResult> first =
          sender.sending(later(sender, Address.queue(name), "first", Duration.ofMillis(500)));
      await().until(() -> own.ctl("list_queues", "name").contains("parley.delay.500"));
      own.kill();
      own.start();
      CompletableFuture<SendResult> second =
          sender.sending(later(sender, Address.queue(name), "second", Duration.ofMillis(500)));
      assertThat(TestClient.get(second)).isEqualTo(SendResult.CONFIRMED);
      assertThat(TestClient.get(first)).isEqualTo(SendResult.CONFIRMED);
      assertBothArrived(reader);
    }
  }

  @Test
  void clientsThatNeedTheSameNewDelayQueueMakeItOnce() throws Exception {
    assumeCan(broker, BrokerCapability.DEAD_LETTER_EXCHANGE);
    try (RealBroker own = RealBrokers.newRabbit();
        TestClient one = TestClient.on(own.url());
        TestClient two = TestClient.on(own.url())) {
      Reader reader = one.listen(Source.queue(name), 10);
      one.declare(Source.queue(name));
      CompletableFuture<SendResult> first =
          one.sending(later(one, Address.queue(name), "first", Duration.ofMillis(100)));
      CompletableFuture<SendResult> second =
          two.sending(later(two, Address.queue(name), "second", Duration.ofMillis(100)));
      assertThat(TestClient.get(first)).isEqualTo(SendResult.CONFIRMED);
      assertThat(TestClient.get(second)).isEqualTo(SendResult.CONFIRMED);
      assertBothArrived(reader);
      if (own.can(BrokerCapability.CTL)) {
        assertThat(own.ctl("list_queues", "name").lines())
            .filteredOn(queue -> queue.startsWith("parley.delay.100."))
            .hasSize(1);
      }
    }
  }

  private static void assertBothArrived(Reader reader) {
    reader.delivery(1);
    assertThat(reader.bodies()).containsExactlyInAnyOrder("first", "second");
  }

  private Outgoing later(Address to, String body, Duration delay) {
    return later(client, to, body, delay);
  }

  private static Outgoing later(TestClient client, Address to, String body, Duration delay) {
    return client.outgoing(to, body, TestClient.LIMIT, delay);
  }

  private void delete(String queue) throws Exception {
    ByHand.on(broker.url(), channel -> channel.queueDelete(queue));
  }
}
