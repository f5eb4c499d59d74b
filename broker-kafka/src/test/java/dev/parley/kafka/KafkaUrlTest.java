package dev.parley.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka://one:1|one:1",
        "kafka://one|one:9092",
        "kafka://one:1,two|one:1,two:9092",
        "KAFKA://one/|one:9092",
        "kafka://[::1]:7|[::1]:7"
      })
  void theBrokersAreTheHostsOfTheUrl(String url, String servers) {
    assertThat(KafkaUrl.parse(url)).hasToString(servers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amqp://one",
        "kafka://",
        "kafka://one,,two",
        "kafka://one:99999",
        "kafka://one:x",
        "kafka://one/topic",
        "kafka://[::1:7"
      })
  void anythingElseIsAMistakeWithItsRemedy(String url) {
    assertThatThrownBy(() -> KafkaUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broker.url");
  }

  @Test
  void aUserBelongsToThePropertiesOfTheClientAndThePasswordIsNotRepeated() {
    assertThatThrownBy(() -> KafkaUrl.parse("kafka://shop:geheim@one:9092"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kafka.client.sasl.jaas.config")
        .hasMessageNotContaining("geheim");
  }
}
