package dev.parley.rabbit;

import static dev.parley.conformance.brokers.BrokerAssumptions.assumeCan;
import static org.assertj.core.api.Assertions.assertThat;

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
    assumeCan(broker, BrokerCapability.QUEUE_TIME_TO_LIVE, BrokerCapability.DEAD_LETTER_EXCHANGE);
    client = TestClient.on(broker.url());
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
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
    Reader.settle(reader.deliveries.get(0), Settlement.retry(Duration.ofSeconds(1), 2));
    Reader.settle(reader.deliveries.get(1), Settlement.retry(Duration.ofMillis(100), 2));
    Reader.settle(reader.deliveries.get(2), Settlement.retry(Duration.ofMillis(400), 2));
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
    assertThat((List<?>) seen.getProperties().getHeaders().get("x-death")).hasSize(1);
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
  void delayedMessagesReachEveryGroupOfATopic() {
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
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(450));
    assertThat(delivery.attempt()).isEqualTo(1);
    assertThat(delivery.message().headers()).doesNotContainKey("parley-delay-left");
  }
}
