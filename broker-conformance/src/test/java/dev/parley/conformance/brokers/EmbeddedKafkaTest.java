package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kafka as a process of our own: its faults, and that nothing of it stays. */
@Timeout(120)
class EmbeddedKafkaTest {

  @Test
  void itAnswersDiesComesBackWithItsDataAndLeavesNothing() throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.launch(OptionalInt.empty());
    List<ProcessHandle> handles = kafka.handles();
    try (kafka) {
      assertThatCode(() -> KafkaServer.at(kafka.url())).doesNotThrowAnyException();
      createTopic(kafka.url(), "kept");

      kafka.kill();
      assertThatThrownBy(() -> KafkaServer.at(kafka.url())).isInstanceOf(IOException.class);
      kafka.start();
      assertThat(topics(kafka.url())).contains("kept");

      kafka.restart();
      assertThat(topics(kafka.url())).contains("kept");
    }
    assertThat(kafka.directory()).matches(Files::notExists, "is removed");
    assertThat(handles).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void theAddressOfAnotherKindIsTold() {
    assertThatThrownBy(() -> ExternalKafka.at("amqp://localhost", "PARLEY_TEST_KAFKA_URL"))
        .isInstanceOf(RealBrokerException.class)
        .hasMessageContaining("kafka://host:9092")
        .hasMessageContaining("PARLEY_TEST_KAFKA_URL");
  }

  private static void createTopic(String url, String name) throws Exception {
    try (Admin admin = admin(url)) {
      admin.createTopics(Set.of(new NewTopic(name, 1, (short) 1))).all().get(10, TimeUnit.SECONDS);
    }
  }

  private static Set<String> topics(String url) throws Exception {
    try (Admin admin = admin(url)) {
      return admin.listTopics().names().get(10, TimeUnit.SECONDS);
    }
  }

  private static Admin admin(String url) {
    return Admin.create(
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, url.substring("kafka://".length())));
  }
}
