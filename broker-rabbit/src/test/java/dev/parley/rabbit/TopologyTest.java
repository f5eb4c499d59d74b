package dev.parley.rabbit;

import static dev.parley.conformance.brokers.BrokerAssumptions.assumeCan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TopologyTest {

  private final RealBroker broker = RealBrokers.rabbit();
  private final String name = "topology-" + UUID.randomUUID();
  private TestClient client;

  @BeforeEach
  void connect() {
    client = TestClient.on(broker.url());
  }

  @AfterEach
  void close() {
    client.close();
    assertThat(client.livingThreads()).isEmpty();
  }

  private void byHand(ByHand.Work work) throws Exception {
    ByHand.on(broker.url(), work);
  }

  private Presence probe(Address address) {
    return TestClient.get(client.transport.probe(address));
  }

  @Test
  void everyGroupGetsACopyAndCompetesForIt() {
    Reader one = client.listen(Source.group(name, "one"), 1);
    Reader two = client.listen(Source.group(name, "two"), 1);
    Reader twoAgain = client.listen(Source.group(name, "two"), 1);
    client.send(Address.topic(name), "a");
    client.send(Address.topic(name), "b");
    one.acknowledgeAll = true;
    one.delivery(0).settle(Settlement.DONE, List.of(), result -> {});
    one.delivery(1);
    two.delivery(0);
    twoAgain.delivery(0);
    assertThat(List.of(two.bodies().get(0), twoAgain.bodies().get(0)))
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aBroadcastGetsACopyForEachAndIsGoneWithIt() {
    Reader one = client.listen(Source.broadcast(name), 10);
    Reader two = client.listen(Source.broadcast(name), 10);
    assertThat(client.send(Address.topic(name), "x")).isEqualTo(SendResult.CONFIRMED);
    one.delivery(0);
    two.delivery(0);

    one.listening.pause();
    await().until(() -> one.state() == State.PAUSED);
    client.send(Address.topic(name), "while paused");
    one.listening.resume();
    one.delivery(1);

    one.listening.close();
    two.listening.close();
    await().until(() -> one.state() == State.STOPPED && two.state() == State.STOPPED);
    assertThat(client.send(Address.topic(name), "y")).isEqualTo(SendResult.CONFIRMED);
  }

  @Test
  void aTopicNobodyDeclaredIsUnroutableAndOneWithoutGroupsIsNot() {
    assertThat(client.send(Address.topic(name), "x").status())
        .isEqualTo(SendResult.Status.UNROUTABLE);
    assertThat(probe(Address.topic(name))).isEqualTo(Presence.ABSENT);
    client.declare(Source.topic(name));
    assertThat(client.send(Address.topic(name), "x")).isEqualTo(SendResult.CONFIRMED);
    assertThat(probe(Address.topic(name))).isEqualTo(Presence.DECLARED);
  }

  @Test
  void whatIsDeclaredBeforeItsReadersKeepsTheirMessages() {
    client.declare(Source.queue(name));
    client.declare(Source.group(name + "-topic", "group"));
    client.send(Address.queue(name), "q");
    client.send(Address.topic(name + "-topic"), "t");
    assertThat(probe(Address.queue(name))).isEqualTo(Presence.DECLARED);
    client.listen(Source.queue(name), 1).delivery(0);
    client.listen(Source.group(name + "-topic", "group"), 1).delivery(0);
    assertThat(probe(Address.queue(name))).isEqualTo(Presence.LIVE);
  }

  @Test
  void aQueueThatExistsOtherwiseIsUsedAsItIs() throws Exception {
    assumeCan(broker, BrokerCapability.QUEUE_TIME_TO_LIVE);
    byHand(
        channel -> {
          channel.queueDeclare(name, true, false, false, Map.of("x-message-ttl", 60_000));
          channel.exchangeDeclare(name + "-topic", "topic", true);
          channel.queueDeclare(name + "-topic.group", false, false, true, null);
        });
    Reader reader = client.listen(Source.queue(name), 1);
    client.send(Address.queue(name), "x");
    reader.delivery(0);
    client.declare(Source.topic(name + "-topic"));
    client.listen(Source.group(name + "-topic", "group"), 1);
  }

  @Test
  void queuesAreQuorumQueuesWhenAskedFor() throws Exception {
    assumeCan(broker, BrokerCapability.QUEUE_TYPES);
    client.declare(Source.queue(name), RabbitQueueSpec.DEFAULT.type(RabbitQueue.Type.QUORUM));
    TestClient configured = TestClient.on(broker.url(), "rabbit.quorum", "true");
    try (configured) {
      configured.declare(Source.queue(name + "-configured"));
      Reader reader = configured.listen(Source.queue(name + "-configured"), 1);
      configured.send(Address.queue(name + "-configured"), "x");
      assertThat(Reader.settle(reader.delivery(0), Settlement.retry(Duration.ofMillis(100), 2)))
          .isEqualTo(SettleResult.SETTLED);
      assertThat(reader.delivery(1).attempt()).isEqualTo(2);
    }
    Map<String, Object> quorum = Map.of("x-queue-type", "quorum", "x-delivery-limit", 1_000_000);
    byHand(
        channel -> {
          channel.queueDeclare(name, true, false, false, quorum);
          channel.queueDeclare(name + "-configured", true, false, false, quorum);
        });
  }

  @RabbitQueue(
      exchange = "annotated-exchange",
      exchangeType = "direct",
      routingKeys = {"red", "green"},
      singleActiveConsumer = true,
      arguments = @RabbitQueue.Argument(name = "x-max-length", value = "1000"))
  void annotated() {}

  @Test
  void theAnnotationOfAHandlerDeclaresQueueExchangeAndBindings() throws Exception {
    assumeCan(broker, BrokerCapability.QUEUE_ARGUMENTS);
    RabbitQueue annotation =
        TopologyTest.class.getDeclaredMethod("annotated").getAnnotation(RabbitQueue.class);
    Reader reader = client.listen(Source.queue(name), 10, annotation, "no option of ours");
    for (String key : List.of("red", "green")) {
      assertThat(sendThrough("annotated-exchange", key)).isEqualTo(SendResult.CONFIRMED);
    }
    assertThat(sendThrough("annotated-exchange", "blue").status())
        .isEqualTo(SendResult.Status.UNROUTABLE);
    assertThat(sendThrough("no-" + name, "red").status()).isEqualTo(SendResult.Status.UNROUTABLE);
    reader.delivery(1);
    byHand(
        channel ->
            channel.queueDeclare(
                name,
                true,
                false,
                false,
                Map.of("x-max-length", 1_000L, "x-single-active-consumer", true)));
  }

  private SendResult sendThrough(String exchange, String key) {
    return client.send(
        client.outgoing(
            Address.queue("ignored"),
            "x",
            TestClient.LIMIT,
            Duration.ZERO,
            RabbitPublish.exchange(exchange, key)));
  }

  @Test
  void prioritiesAreHeeded() {
    assumeCan(broker, BrokerCapability.QUEUE_ARGUMENTS);
    client.declare(Source.queue(name), RabbitQueueSpec.DEFAULT.argument("x-max-priority", 5));
    for (int priority : new int[] {1, 5, 3}) {
      client.send(
          client.outgoing(
              Address.queue(name),
              "p" + priority,
              TestClient.LIMIT,
              Duration.ZERO,
              RabbitPublish.priority(priority)));
    }
    Reader reader = client.listen(Source.queue(name), 10);
    reader.delivery(2);
    assertThat(reader.bodies()).containsExactly("p5", "p3", "p1");
  }

  @Test
  void aRefusedDeclarationSaysWhatAndWhy() {
    assumeCan(broker, BrokerCapability.RESERVED_NAMES);
    assertThatThrownBy(
            () ->
                client
                    .transport
                    .declare(Source.queue("amq." + name), List.of())
                    .toCompletableFuture()
                    .join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("amq." + name)
        .hasMessageContaining("ACCESS_REFUSED");
  }

  @Test
  void namesThatAreTooLongAreReported() {
    String tooLong = "x".repeat(256);
    assertThat(client.send(Address.reply(tooLong), "x").status())
        .isEqualTo(SendResult.Status.UNROUTABLE);
    assertThatThrownBy(
            () ->
                client
                    .transport
                    .declare(Source.queue(tooLong), List.of())
                    .toCompletableFuture()
                    .join())
        .hasMessageContaining("255");
  }
}
