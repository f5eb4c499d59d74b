package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said when RabbitMQ does not let us in. */
final class LoginTest {

  private final URI broker = URI.create(RealBrokers.rabbit().url());

  /** With a part of the reason, as one server or the other has it. */
  private static void assertRefused(String url, String reason, String... words) {
    TestClient client = TestClient.on(url, "rabbit.rpc-timeout", "200ms");
    try (client) {
      client.transport.connect();
      await().atMost(TestClient.LIMIT).until(() -> client.states.contains("publish DOWN"));
      await().atMost(TestClient.LIMIT).until(() -> client.states.contains("consume DOWN"));
      SendResult result =
          client.send(
              client.outgoing(Address.queue("q"), "x", Duration.ofMillis(50), Duration.ZERO));
      assertThat(result.status()).isEqualTo(SendResult.Status.REFUSED);
      assertThat(result.reason()).containsPattern(reason).contains(words).doesNotContain("secret");
      assertThatThrownBy(
              () ->
                  client
                      .transport
                      .declare(Source.queue("q"), List.of())
                      .toCompletableFuture()
                      .join())
          .hasMessageContainingAll(words)
          .hasMessageContaining("declare queue \"q\"")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void aWrongPasswordIsNamedAsSuchAndNotShown() {
    assertRefused(
        "amqp://guest:secret@" + broker.getHost() + ":" + broker.getPort(),
        "refuses the user or the password|Authentication failed",
        "\"guest\"");
  }

  @Test
  void aMissingVirtualHostIsNamed() {
    assertRefused(
        "amqp://guest:guest@" + broker.getHost() + ":" + broker.getPort() + "/no-such-host",
        "vhost no-such-host|Unknown virtual host: .no-such-host",
        "no-such-host");
  }

  @Test
  void theHostThatAnswersIsFoundAmongOthers() {
    TestClient client =
        TestClient.on(
            "amqp://guest:guest@127.0.0.1:1,"
                + broker.getHost()
                + ":"
                + broker.getPort()
                + ",127.0.0.1:2");
    try (client) {
      client.declare(Source.queue("one-of-several-hosts"));
    }
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    assertThatThrownBy(() -> TestClient.on(broker.toString(), "rabbit.reconnect.min", "1h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("rabbit.reconnect.min", "rabbit.reconnect.max");
    assertThatThrownBy(() -> TestClient.on(broker.toString(), "rabbit.heartbeat", "1s"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rabbit.heartbeat");
  }

  @Test
  void everySettingIsDescribedAndBelongsToUs() {
    assertThat(new RabbitTransportProvider().settings())
        .hasSize(9)
        .allSatisfy(
            setting -> {
              assertThat(setting.key()).startsWith("rabbit.");
              assertThat(setting.description()).endsWith(".");
            });
    assertThat(RabbitSettings.read(TestClient.settings(Map.of())).requestedHeartbeatSeconds())
        .isEqualTo(4);
  }
}
