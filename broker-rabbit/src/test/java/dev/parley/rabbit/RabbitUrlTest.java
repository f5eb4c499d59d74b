package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RabbitUrlTest {

  @Test
  void everyPartIsReadAndDecoded() {
    RabbitUrl url = RabbitUrl.parse("amqps://us%40er:p%3A%2Fw%C3%A9@h1:1234,h2/my%2Fhost");
    assertThat(url)
        .isEqualTo(
            new RabbitUrl(
                true,
                List.of(new RabbitUrl.Host("h1", 1234), new RabbitUrl.Host("h2", 5671)),
                "us@er",
                "p:/wé",
                "my/host"));
  }

  @Test
  void whatIsLeftOutIsTheDefault() {
    RabbitUrl expected =
        new RabbitUrl(false, List.of(new RabbitUrl.Host("localhost", 5672)), "guest", "guest", "/");
    assertThat(RabbitUrl.parse("amqp://localhost")).isEqualTo(expected);
    assertThat(RabbitUrl.parse("AMQP://localhost/")).isEqualTo(expected);
    assertThat(RabbitUrl.parse("amqp://localhost/%2F")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "amqp://[::1]:5673/, ::1, 5673",
    "amqp://u:p@[fe80::1], fe80::1, 5672",
    "amqp://u:p@127.0.0.1:1/x, 127.0.0.1, 1"
  })
  void addressesAreHosts(String url, String name, int port) {
    assertThat(RabbitUrl.parse(url).hosts()).containsExactly(new RabbitUrl.Host(name, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://u:secret@h",
        "amqp:/u:secret@h",
        "amqp://u:secret@h:0",
        "amqp://u:secret@h:65536",
        "amqp://u:secret@h:port",
        "amqp://u:secret@",
        "amqp://u:secret@h1,,h2",
        "amqp://u:secret@[::1",
        "amqp://u:secret@[]",
        "amqp://u:secret@h/a/b",
        "amqp://u:secret@h/a?heartbeat=5",
        "amqp://u:secret%@h",
        "amqp://u:secret%4@h",
        "amqp://u:secret%zz@h",
        "amqp://u@h",
        "secret"
      })
  void mistakesAreReportedWithoutThePassword(String url) {
    assertThatThrownBy(() -> RabbitUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broker.url")
        .hasMessageNotContaining("secret");
  }

  @Test
  void thePasswordIsNotShown() {
    assertThat(RabbitUrl.parse("amqp://u:secret@h").toString()).doesNotContain("secret");
  }
}
