package dev.parley.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Configuration;
import dev.parley.Configuration.Entry;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholdersTest {

  private final Placeholders placeholders =
      new Placeholders(
          Configuration.of(
              Map.of(
                  "orders.queue",
                  "orders",
                  "site",
                  "eu-${zone:1}",
                  "empty",
                  "",
                  "loop",
                  "${loop}")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain|plain",
        "${orders.queue}|orders",
        "${orders.queue:other}|orders",
        "${orders.concurrency:8}|8",
        "a-${orders.queue}-${site}|a-orders-eu-1",
        "${missing:${orders.queue}}|orders",
        "${missing:${also.missing:${orders.queue}-x}-y}|orders-x-y",
        "${missing:amqp://h:5672}|amqp://h:5672",
        "x${missing:}y|xy",
        "x${empty}y|xy",
        "cost $5 $ and $$|cost $5 $ and $$",
        "\\${orders.queue}|${orders.queue}",
        "$${orders.queue}|$orders",
        "{orders}|{orders}",
        "${orders.queue}}|orders}"
      })
  void placeholdersAreReplaced(String text, String expected) {
    assertThat(placeholders.resolve(text)).isEqualTo(expected);
  }

  @Test
  void theEmptyTextStaysEmpty() {
    assertThat(placeholders.resolve("")).isEmpty();
  }

  @Test
  void aMissingKeyIsNamedWithAllWaysToSetIt() {
    assertThatThrownBy(() -> placeholders.resolve("${orders.max-size}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "orders.max-size",
            "parley.yaml",
            "PARLEY_ORDERS_MAX_SIZE",
            "-Dorders.max-size=",
            "--orders.max-size=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"${", "${orders.queue", "${a:${b}", "x${y:z"})
  void aMissingBraceIsAMistake(String text) {
    assertThatThrownBy(() -> placeholders.resolve(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("\"" + text + "\"", "without a closing brace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"${}", "${:x}", "${a b}", "${${orders.queue}}"})
  void aKeyThatIsNoneIsAMistake(String text) {
    assertThatThrownBy(() -> placeholders.resolve(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("\"" + text + "\"", "a placeholder whose key is not of");
  }

  @Test
  void aCycleIsAMistake() {
    assertThatThrownBy(() -> placeholders.resolve("${loop}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loop -> loop");
  }

  @Test
  void endlessNestingIsAMistake() {
    String deep = "${a:".repeat(10_000) + "}".repeat(10_000);
    assertThatThrownBy(() -> placeholders.resolve(deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested deeper than 32");
  }

  @Test
  void aLongChainIsAMistake() {
    Map<String, String> chain = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      chain.put("k" + i, "${k" + (i + 1) + "}");
    }
    assertThatThrownBy(() -> new Placeholders(Configuration.of(chain)).resolve("${k0}"))
        .hasMessageContaining("nested deeper than 32");
  }

  @Test
  void aVariableIsFoundBySpelling() {
    Configuration configuration =
        Configuration.ofEntries(
            Map.of(
                "orders.max.size", new Entry("5", "environment variable PARLEY_ORDERS_MAX_SIZE")));
    assertThat(new Placeholders(configuration).resolve("${orders.max-size}")).isEqualTo("5");
  }
}
