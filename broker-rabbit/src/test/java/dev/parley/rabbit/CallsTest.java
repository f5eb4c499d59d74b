package dev.parley.rabbit;

import static dev.parley.conformance.brokers.BrokerAssumptions.assumeCan;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and replies, and what they take. */
final class CallsTest {

  private final RealBroker broker = RealBrokers.rabbit();
  private final String queue = "calls-" + UUID.randomUUID();
  private TestClient server;

  @BeforeEach
  void serve() {
    server = TestClient.on(broker.url());
    server.declare(Source.queue(queue));
    server.transport.listen(
        new ListenRequest(Source.queue(queue), 250, TestClient.HANDLER_LIMIT, List.of()),
        new Echo(server));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Outgoing request(TestClient client, Address replyTo, String id) {
    WireMessage message = new WireMessage(id.getBytes(UTF_8), null, id, id, replyTo, Map.of());
    return new Outgoing(
        Address.queue(queue),
        message,
        client.deadline(TestClient.LIMIT),
        false,
        null,
        null,
        Duration.ZERO,
        List.of(),
        null,
        null);
  }

  private void callAThousandTimes(TestClient client, Mailbox mailbox) {
    for (int i = 0; i < 1_000; i++) {
      client.transport.send(request(client, mailbox.address(), "call-" + i), result -> {});
    }
    await().atMost(TestClient.LIMIT).until(() -> mailbox.bodies.size() == 1_000);
    assertThat(mailbox.bodies).doesNotHaveDuplicates();
  }

  @Test
  void aThousandCallsTakeThreeChannelsAndEightThreads() {
    TestClient client = TestClient.on(broker.url());
    try (client) {
      Mailbox mailbox = client.openInbox();
      assertThat(TestClient.get(client.transport.probe(Address.queue(queue))))
          .isEqualTo(Presence.LIVE);
      callAThousandTimes(client, mailbox);
      assertThat(client.livingThreads()).hasSizeLessThanOrEqualTo(8);
      if (broker.can(BrokerCapability.CTL)) {
        assertThat(channelsOf(client)).isBetween(1, 3);
      }
    }
  }

  private int channelsOf(TestClient client) {
    return broker
        .ctl("-q", "list_connections", "client_properties", "channels")
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(row -> row[0].contains("\"" + client.name + " "))
        .mapToInt(row -> Integer.parseInt(row[1]))
        .sum();
  }

  @Test
  void directReplyToCarriesTheSameCalls() {
    assumeCan(broker, BrokerCapability.DIRECT_REPLY_TO);
    TestClient client = TestClient.on(broker.url(), "rabbit.direct-reply-to", "true");
    try (client) {
      Mailbox mailbox = client.openInbox();
      assertThat(mailbox.address().name()).isEqualTo("amq.rabbitmq.reply-to");
      callAThousandTimes(client, mailbox);
    }
  }

  @Test
  void directRepliesComeBackAfterTheirChannelWasClosed() {
    assumeCan(broker, BrokerCapability.DIRECT_REPLY_TO);
    TestClient client = TestClient.on(broker.url(), "rabbit.direct-reply-to", "true");
    try (client) {
      Mailbox mailbox = client.openInbox();
      AMQP.BasicProperties forged = new AMQP.BasicProperties.Builder().userId("nobody").build();
      Outgoing closes =
          new Outgoing(
              Address.queue(queue),
              TestClient.message("x"),
              client.deadline(TestClient.LIMIT),
              true,
              null,
              null,
              Duration.ZERO,
              List.of(),
              new com.rabbitmq.client.Delivery(null, forged, new byte[0]),
              null);
      assertThat(client.send(closes).status()).isEqualTo(SendResult.Status.REFUSED);
      await().atMost(TestClient.LIMIT).until(() -> mailbox.addresses.size() == 2);
      assertThat(mailbox.events).containsExactly("ready", "gone", "ready");
      callAThousandTimes(client, mailbox);
    }
  }

  @Test
  void aReplyToAForeignDirectRequesterIsConfirmed() throws Exception {
    assumeCan(broker, BrokerCapability.DIRECT_REPLY_TO);
    ByHand.on(
        broker.url(),
        channel -> {
          BlockingQueue<String> replies = new LinkedBlockingQueue<>();
          channel.basicConsume(
              "amq.rabbitmq.reply-to",
              true,
              (tag, delivery) -> replies.add(new String(delivery.getBody(), UTF_8)),
              tag -> {});
          channel.basicPublish(
              "",
              queue,
              new AMQP.BasicProperties.Builder()
                  .replyTo("amq.rabbitmq.reply-to")
                  .correlationId("c")
                  .build(),
              "ping".getBytes(UTF_8));
          assertThat(replies.poll(10, TimeUnit.SECONDS)).isEqualTo("ping");
        });
  }

  @Test
  void everythingIsGivenBackOverManyStartsAndStops() {
    for (int i = 0; i < 20; i++) {
      TestClient client = TestClient.on(broker.url());
      try (client) {
        Mailbox mailbox = client.openInbox();
        Reader reader = client.listen(Source.queue(queue + "-again"), 10);
        client.send(Address.queue(queue + "-again"), "x");
        Delivery delivery = reader.delivery(0);
        assertThat(delivery.lost()).isFalse();
        assertThat(mailbox.bodies).isEmpty();
      }
      assertThat(client.livingThreads()).isEmpty();
    }
  }

  @Test
  void connectingCompletesOnceBothConnectionsAreOpen() {
    TestClient client = TestClient.on(broker.url());
    try (client) {
      TestClient.get(client.transport.connect());
      assertThat(client.states).contains("publish UP", "consume UP");
    }
    assertThat(client.states).contains("publish CLOSED", "consume CLOSED");
    assertThat(client.transport.connect().toCompletableFuture()).isCompletedExceptionally();
  }
}
