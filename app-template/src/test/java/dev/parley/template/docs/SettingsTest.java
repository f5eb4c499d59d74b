package dev.parley.template.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parley.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings that the pages and the file of the template show exist, with such values. */
class SettingsTest {
  private static final Path README = Path.of("../README.md");
  private static final Path CONFIGURATION = Path.of("../docs/configuration.md");
  private static final Path RABBIT = Path.of("../docs/rabbitmq.md");
  private static final Path KAFKA = Path.of("../docs/kafka.md");
  private static final Path REDIS = Path.of("../docs/redis.md");
  private static final Path TEMPLATE = Path.of("src/main/resources/parley.properties");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z]+\\.[a-z.-]+)` \\| (?:`([^`]*)`|[^|]*) \\|");
  private static final Pattern LINE = Pattern.compile("(?m)^#([a-z]+\\.[a-z.-]+)=(.*)$");

  @Test
  void settingsOfTheGuideExist() throws IOException {
    assertAccepted("memory:settings-test", read(CONFIGURATION, ROW));
  }

  @Test
  void settingsOfTheRabbitPageExist() throws IOException {
    assertAccepted("amqp://127.0.0.1:1", read(RABBIT, ROW));
  }

  @Test
  void settingsOfTheKafkaPageExist() throws IOException {
    assertAccepted("kafka://127.0.0.1:1", read(KAFKA, ROW));
  }

  @Test
  void settingsOfTheRedisPageExist() throws IOException {
    assertAccepted("redis://127.0.0.1:1", read(REDIS, ROW));
  }

  @Test
  void readmeHasTheSettingsOfTheGuideButThoseOfOneBroker() throws IOException {
    Map<String, String> guide = read(CONFIGURATION, ROW);
    guide.keySet().removeIf(key -> key.startsWith("memory."));

    assertThat(read(README, ROW)).isEqualTo(guide);
  }

  @Test
  void templateHasTheSettingsOfTheGuideAndItsOwn() throws IOException {
    Map<String, String> template = read(TEMPLATE, LINE);

    assertThat(template.remove("orders.concurrency")).isEqualTo("4");
    assertThat(template).isEqualTo(read(CONFIGURATION, ROW));
  }

  private static void assertAccepted(String url, Map<String, String> settings) {
    Broker.Builder builder = Broker.builder();
    settings.forEach(
        (key, value) -> {
          if (!value.isEmpty()) {
            builder.setting(key, value);
          }
        });
    assertThatCode(() -> builder.url(url).build().close()).doesNotThrowAnyException();
  }

  /** By key; the value is empty where a sentence stands in its place. */
  private static Map<String, String> read(Path file, Pattern pattern) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    pattern
        .matcher(Files.readString(file))
        .results()
        .forEach(row -> settings.put(row.group(1), row.group(2) == null ? "" : row.group(2)));
    assertThat(settings).hasSizeGreaterThan(5);
    return settings;
  }
}
