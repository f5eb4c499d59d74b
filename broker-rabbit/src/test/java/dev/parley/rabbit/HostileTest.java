package dev.parley.rabbit;

import static dev.parley.conformance.brokers.BrokerAssumptions.assumeCan;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What anybody who may publish can do to us. */
final class HostileTest {

  private static final int FRAME = 1_048_576; // more than any server takes by default

  private final RealBroker broker = RealBrokers.rabbit();
  private final String queue = "hostile-" + UUID.randomUUID();
  private TestClient client;
  private Reader reader;

  @BeforeEach
  void connect() {
    client = TestClient.on(broker.url());
    reader = client.listen(Source.queue(queue), 10);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private void publish(AMQP.BasicProperties properties, byte[] body) throws Exception {
    ByHand.on(
        broker.url(),
        channel -> {
          channel.confirmSelect();
          channel.basicPublish("", queue, properties, body);
          channel.waitForConfirmsOrDie(60_000);
        });
  }

  private void theConsumerStillLives() {
    client.send(Address.queue(queue), "after");
    reader.delivery(1);
    assertThat(reader.bodies().get(1)).isEqualTo("after");
    assertThat(reader.states).containsExactly(State.CONSUMING);
  }

  private static AMQP.BasicProperties withHeader(String name, Object value) {
    return new AMQP.BasicProperties.Builder().headers(Map.of(name, value)).build();
  }

  @Test
  void listsNestedFarTooDeepCostNoConnection() throws Exception {
    assumeCan(broker, BrokerCapability.DEEP_HEADERS);
    List<Object> nested = new ArrayList<>();
    for (int depth = 0; depth < 3_000; depth++) {
      nested = new ArrayList<>(List.of(nested));
    }
    List<Object> deep = nested;
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Runnable sending =
        () -> {
          try {
            publish(withHeader("deep", deep), new byte[0]);
            sent.complete(null);
          } catch (Exception | Error e) {
            sent.completeExceptionally(e);
          }
        };
    new Thread(null, sending, "deep-sender", 1L << 30).start(); // it needs a deep stack itself
    TestClient.get(sent);

    reader.delivery(0);
    theConsumerStillLives();
  }

  @Test
  void aBodyBeyondTheClientLibrarysOwnLimitCostsNoConnection() throws Exception {
    publish(new AMQP.BasicProperties(), new byte[65 * 1024 * 1024]);
    assertThat(reader.delivery(0).message().body()).hasSize(65 * 1024 * 1024);
    theConsumerStillLives();
  }

  @Test
  void headersFullOfNonsenseAreDeliveredAsFarAsTheyCanBeRead() throws Exception {
    Map<String, Object> headers = new HashMap<>();
    headers.put("", "empty name");
    headers.put("parley-attempt", "-5");
    headers.put("parley-delay-left", "soon");
    headers.put("parley-deadline", List.of(1, 2));
    headers.put("x-death", "not a list");
    headers.put("big", "x".repeat(100_000));
    publish(
        new AMQP.BasicProperties.Builder()
            .headers(headers)
            .correlationId("c".repeat(255))
            .replyTo("r".repeat(255))
            .contentType("")
            .build(),
        new byte[] {0});
    Delivery delivery = reader.delivery(0);
    assertThat(delivery.attempt()).isEqualTo(1);
    assertThat(delivery.message().header("big")).hasSize(100_000);
    assertThat(delivery.message().replyTo()).isEqualTo(Address.reply("r".repeat(255)));
    theConsumerStillLives();
  }

  /**
   * RabbitMQ would check the user, route to CC again, and give up on a copy that goes in circles.
   */
  @Test
  void aRetryDoesNotRepeatWhatBelongedToTheFirstWay() throws Exception {
    assumeCan(broker, BrokerCapability.MESSAGE_ROUTING);
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .userId("guest")
            .headers(Map.of("CC", List.of(queue + "-copy"), "x-death", List.of(Map.of("a", 1))))
            .build();
    client.declare(Source.queue(queue + "-copy"));
    publish(properties, new byte[0]);
    SettleResult result =
        Reader.settle(reader.delivery(0), Settlement.retry(Duration.ofMillis(100), 2));
    assertThat(result).isEqualTo(SettleResult.SETTLED);
    assertThat(reader.delivery(1).attempt()).isEqualTo(2);

    Reader copies = client.listen(Source.queue(queue + "-copy"), 10);
    copies.delivery(0);
    client.send(Address.queue(queue + "-copy"), "last");
    assertThat(TestClient.body(copies.delivery(1).message())).isEqualTo("last");
  }

  @Test
  void whatCannotBeEncodedIsRefusedAndHurtsNobodyElse() {
    List<CompletableFuture<SendResult>> fine = new ArrayList<>();
    List<WireMessage> broken =
        List.of(
            TestClient.message("x", Map.of("n".repeat(256), "name too long")),
            TestClient.message("x", Map.of("big", "x".repeat(FRAME))),
            TestClient.message("x", Map.of("CC", "not a list")),
            new WireMessage(new byte[0], "c".repeat(256), null, null, null, Map.of()));
    for (WireMessage message : broken) {
      fine.add(client.sending(client.outgoing(Address.queue(queue), "fine")));
      SendResult result =
          client.send(
              Outgoing.persistent(
                  Address.queue(queue), message, client.deadline(TestClient.LIMIT)));
      assertThat(result.status()).isEqualTo(SendResult.Status.REFUSED);
      assertThat(result.reason()).contains(queue);
    }
    assertThat(fine).allMatch(each -> TestClient.get(each).confirmed());
  }

  @Test
  void aNativeMessageThatCostsTheChannelIsRefusedAndWhatCameBehindItIsWrittenAgain() {
    assumeCan(broker, BrokerCapability.MESSAGE_ROUTING);
    com.rabbitmq.client.Delivery forged =
        new com.rabbitmq.client.Delivery(
            null, new AMQP.BasicProperties.Builder().userId("somebody-else").build(), new byte[0]);
    WireMessage empty = new WireMessage(new byte[0], null, null, null, null, Map.of());
    Outgoing out =
        new Outgoing(
            Address.queue(queue),
            empty,
            client.deadline(TestClient.LIMIT),
            true,
            null,
            null,
            Duration.ZERO,
            List.of(),
            forged,
            null);
    SendResult alone = client.send(out);
    assertThat(alone.status()).isEqualTo(SendResult.Status.REFUSED);
    assertThat(alone.reason()).contains("user_id");

    List<CompletableFuture<SendResult>> before = new ArrayList<>();
    List<CompletableFuture<SendResult>> behind = new ArrayList<>();
    CompletableFuture<SendResult> forgery = null;
    for (int i = 0; i < 100; i++) {
      (forgery == null ? before : behind)
          .add(client.sending(client.outgoing(Address.queue(queue), "m" + i)));
      forgery = i == 50 ? client.sending(out) : forgery;
    }
    assertThat(TestClient.get(forgery).status()).isEqualTo(SendResult.Status.REFUSED);
    assertThat(before)
        .extracting(each -> TestClient.get(each).status())
        .containsAnyOf(SendResult.Status.CONFIRMED, SendResult.Status.UNKNOWN)
        .doesNotContain(SendResult.Status.REFUSED, SendResult.Status.UNROUTABLE);
    assertThat(behind).allMatch(each -> TestClient.get(each).confirmed());
    assertThat(client.send(Address.queue(queue), "after")).isEqualTo(SendResult.CONFIRMED);
  }
}
