package dev.parley.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Configuration;
import dev.parley.Configuration.Entry;
import dev.parley.ConfigurationException;
import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {

  enum Mode {
    FAST,
    VERY_SAFE
  }

  private static final Setting<String> URL = Setting.text("broker.url", "memory:", "Where.");
  private static final Setting<Duration> TIMEOUT =
      Setting.duration("call.timeout", Duration.ofSeconds(30), "How long.");
  private static final Setting<Integer> MAX_BYTES =
      Setting.integer("message.max-bytes", 16, 1, 100, "How much.");
  private static final Setting<Mode> MODE = Setting.choice("rabbit.mode", Mode.FAST, "How.");
  private static final Setting<Pattern> REPLY_TO =
      Setting.pattern("reply.allowed", ".*", "Where replies may go.");
  private static final Setting<Integer> TOKEN = Setting.integer("rabbit.token", 1, 0, 10, "Who.");

  private static final List<Setting<?>> KNOWN =
      List.of(URL, TIMEOUT, MAX_BYTES, MODE, REPLY_TO, TOKEN);
  private static final Set<String> OWNED = Set.of("broker", "call", "message", "rabbit");

  private static Settings read(Map<String, String> values) {
    return SettingsReader.read(Configuration.of(values), KNOWN, OWNED);
  }

  private static List<String> problems(Configuration configuration) {
    return catchThrowableOfType(
            ConfigurationException.class, () -> SettingsReader.read(configuration, KNOWN, OWNED))
        .problems();
  }

  private static List<String> problems(Map<String, String> values) {
    return problems(Configuration.of(values));
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    Settings settings = read(Map.of());
    assertThat(settings.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.get(MODE)).isEqualTo(Mode.FAST);
  }

  @Test
  void valuesAreReadAsTheirTypes() {
    Settings settings =
        read(Map.of("call.timeout", " 3s ", "message.max-bytes", "7", "rabbit.mode", "very-safe"));
    assertThat(settings.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.get(MAX_BYTES)).isEqualTo(7);
    assertThat(settings.get(MODE)).isEqualTo(Mode.VERY_SAFE);
  }

  @Test
  void allMistakesAreReportedTogether() {
    assertThat(
            problems(
                Map.of(
                    "call.timeout", "30",
                    "message.max-bytes", "1000",
                    "rabbit.mode", "quick",
                    "reply.allowed", "(",
                    "broker.ulr", "x")))
        .containsExactlyInAnyOrder(
            "call.timeout = \"30\" (the program): needs a unit, as in 30ms or 30s",
            "message.max-bytes = \"1000\" (the program): must be a whole number from 1 to 100",
            "rabbit.mode = \"quick\" (the program): must be one of fast, very-safe",
            "reply.allowed = \"(\" (the program): must be a regular expression: Unclosed group near index 1",
            "broker.ulr (the program): there is no such setting, did you mean broker.url?");
  }

  @Test
  void aMistakeNamesItsSource() {
    Configuration configuration =
        Configuration.ofEntries(
            Map.of("call.timeout", new Entry("soon", "parley.yaml on the class path")));
    assertThat(problems(configuration))
        .containsExactly(
            "call.timeout = \"soon\" (parley.yaml on the class path): must be a time such as 250ms, 30s, 15m or PT30S");
  }

  @Test
  void secretsAreMaskedInMistakes() {
    assertThat(problems(Map.of("rabbit.token", "s3cret")))
        .containsExactly(
            "rabbit.token = \"***\" (the program): must be a whole number from 0 to 10");
    assertThat(problems(Map.of("call.timeout", "amqp://u:s3cret@h")))
        .singleElement()
        .asString()
        .contains("amqp://u:***@h")
        .doesNotContain("s3cret");
  }

  @Test
  void aSecretThatLooksLikeAPlaceholderIsNotShown() {
    assertThat(problems(Map.of("rabbit.token", "s3${cret")))
        .singleElement()
        .asString()
        .startsWith("rabbit.token = \"***\" (the program): it has ${ without a closing brace")
        .doesNotContain("cret");
  }

  @Test
  void anUnknownKeyFarFromAllOthersHasNoSuggestion() {
    assertThat(problems(Map.of("rabbit.virtual-host", "x")))
        .containsExactly("rabbit.virtual-host (the program): there is no such setting");
  }

  @Test
  void keysOfOthersAreLeftAlone() {
    assertThat(read(Map.of("orders.queue", "x", "brokerage.fee", "1", "replying", "2")))
        .isNotNull();
  }

  @Test
  void aVariableIsFoundBySpelling() {
    Configuration configuration =
        Configuration.ofEntries(
            Map.of(
                "message.max.bytes",
                new Entry("5", "environment variable PARLEY_MESSAGE_MAX_BYTES")));
    assertThat(SettingsReader.read(configuration, KNOWN, OWNED).get(MAX_BYTES)).isEqualTo(5);
  }

  @Test
  void onlyVariablesAreFoundBySpelling() {
    assertThat(problems(Map.of("message.max.bytes", "5")))
        .containsExactly(
            "message.max.bytes (the program): there is no such setting, did you mean message.max-bytes?");
  }

  @Test
  void anUnknownVariableIsReported() {
    Configuration configuration =
        Configuration.ofEntries(
            Map.of("call.timeot", new Entry("5", "environment variable PARLEY_CALL_TIMEOT")));
    assertThat(problems(configuration))
        .containsExactly(
            "call.timeot (environment variable PARLEY_CALL_TIMEOT): there is no such setting, did you mean call.timeout?");
  }

  @Test
  void aSettingGivenByTheProgramWinsOverTheVariable() {
    Configuration configuration =
        Configuration.ofEntries(
                Map.of(
                    "message.max.bytes",
                    new Entry("5", "environment variable PARLEY_MESSAGE_MAX_BYTES")))
            .with("message.max-bytes", "6");
    assertThat(SettingsReader.read(configuration, KNOWN, OWNED).get(MAX_BYTES)).isEqualTo(6);
  }

  @Test
  void placeholdersInValuesOfTheProgramAreReplaced() {
    assertThat(read(Map.of("broker.url", "amqp://${host:h}", "host", "remote")).get(URL))
        .isEqualTo("amqp://remote");
    assertThat(problems(Map.of("broker.url", "amqp://${host}")))
        .singleElement()
        .asString()
        .contains("broker.url", "${host} is not set");
  }

  @Test
  void valuesOfFilesAreNotReplacedAgain() {
    Configuration configuration =
        Configuration.ofEntries(
            Map.of("broker.url", new Entry("amqp://u:${x}@h", "parley.yaml on the class path")));
    assertThat(SettingsReader.read(configuration, KNOWN, OWNED).get(URL))
        .isEqualTo("amqp://u:${x}@h");
  }

  @Test
  void aSettingNobodyDeclaredCannotBeAsked() {
    Settings settings = read(Map.of());
    Setting<String> other = Setting.text("rabbit.other", "x", "Something.");
    assertThatThrownBy(() -> settings.get(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rabbit.other");
  }

  @Test
  void aSettingDeclaredTwiceIsRefused() {
    List<Setting<?>> twice = List.of(URL, Setting.text("broker.url", "", "Again."));
    assertThatThrownBy(() -> SettingsReader.read(Configuration.of(Map.of()), twice, OWNED))
        .hasMessageContaining("broker.url is declared twice");
  }

  private static final Setting<Map<String, String>> CLIENT =
      Setting.below(
          "broker.client",
          "Properties of the client library.",
          (name, value) -> {
            if (!name.equals("linger.ms")) {
              throw new IllegalArgumentException("is no property of the client");
            }
          });

  @Test
  void keysBelowAPrefixAreCollected() {
    Configuration configuration =
        Configuration.of(Map.of("broker.client.linger.ms", " ${app.linger} ", "app.linger", "7"));

    assertThat(SettingsReader.read(configuration, List.of(CLIENT), OWNED).get(CLIENT))
        .containsExactly(Map.entry("linger.ms", "7"));
    assertThat(SettingsReader.read(Configuration.of(Map.of()), List.of(CLIENT), OWNED).get(CLIENT))
        .isEmpty();
  }

  @Test
  void aMisspeltKeyBelowAPrefixIsReported() {
    Configuration configuration = Configuration.of(Map.of("broker.client.lingerms", "7"));

    assertThatThrownBy(() -> SettingsReader.read(configuration, List.of(CLIENT), OWNED))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("broker.client.lingerms")
        .hasMessageContaining("is no property of the client");
  }
}
