package dev.parley.kafka;

import static dev.parley.PublishOptions.to;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.PublishFailedException;
import dev.parley.conformance.brokers.KafkaListener;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster with TLS and users, configured by the properties of Kafka's own client. */
@Timeout(60)
class KafkaSecurityTest {

  private static final String STORE_PASSWORD = "changeit";

  @TempDir private static Path directory;
  private static Path keys = Path.of("");
  private static Path others = Path.of("");
  private static KafkaListener secured = KafkaListener.direct("SECURED", "SASL_SSL");
  private static @Nullable RealBroker kafka;

  @BeforeAll
  static void start() throws Exception {
    keys = certificate("keys.p12");
    others = certificate("others.p12");
    String prefix = "listener.name.secured.";
    kafka =
        RealBrokers.newKafka(
            List.of(secured),
            prefix + "sasl.enabled.mechanisms=PLAIN",
            prefix
                + "plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule"
                + " required user_shop=\"right\";",
            prefix + "ssl.keystore.type=PKCS12",
            prefix + "ssl.keystore.location=" + keys,
            prefix + "ssl.keystore.password=" + STORE_PASSWORD);
  }

  @AfterAll
  static void stop() {
    requireNonNull(kafka).close();
  }

  /** A key with a certificate that vouches for itself. */
  private static Path certificate(String name) throws Exception {
    Path store = directory.resolve(name);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    return store;
  }

  private static Broker broker(String password, Path trusted) {
    return Broker.builder()
        .url("kafka://127.0.0.1:" + secured.port())
        .setting("kafka.client.security.protocol", "SASL_SSL")
        .setting("kafka.client.sasl.mechanism", "PLAIN")
        .setting(
            "kafka.client.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"shop\""
                + " password=\""
                + password
                + "\";")
        .setting("kafka.client.ssl.truststore.type", "PKCS12")
        .setting("kafka.client.ssl.truststore.location", trusted.toString())
        .setting("kafka.client.ssl.truststore.password", STORE_PASSWORD)
        .build();
  }

  @Test
  void aUserOfTheClusterPublishesAndCallsOverTls() {
    try (Broker broker = broker("right", keys)) {
      broker.subscribe("greet", String.class, name -> "hello " + name);
      broker.start();

      assertThat(broker.publish("you", to("greet").callback(String.class))).isEqualTo("hello you");
    }
  }

  /** Long before the thirty seconds of the call, and with the setting to look at. */
  private static void assertRefused(Broker broker, String setting) {
    try (broker) {
      assertThatThrownBy(() -> broker.publish("x", to("greet")))
          .isInstanceOf(PublishFailedException.class)
          .hasMessageContaining(setting)
          .hasMessageNotContaining("wrong");
      assertThatThrownBy(() -> broker.publish("x", to("greet").callback(String.class)))
          .isInstanceOf(PublishFailedException.class)
          .hasMessageContaining(setting);
      assertThat(broker.health().healthy()).isFalse();
    }
  }

  @Test
  @Timeout(20)
  void aWrongPasswordIsToldAtOnceAndNotShown() {
    assertRefused(broker("wrong", keys), "kafka.client.sasl.jaas.config");
  }

  @Test
  @Timeout(20)
  void aCertificateThatIsNotTrustedIsToldAtOnce() {
    assertRefused(broker("right", others), "kafka.client.ssl.truststore.location");
  }
}
