package dev.parley.conformance.brokers;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Settings of the tests: environment variables such as {@code PARLEY_TEST_RABBIT_URL}, each also as
 * a system property ({@code parley.test.rabbit.url}), which wins.
 */
record TestSettings(Map<String, String> properties, Map<String, String> environment) {

  private static final String PREFIX = "PARLEY_TEST_";

  static TestSettings ofThisProcess() {
    Map<String, String> properties =
        System.getProperties().stringPropertyNames().stream()
            .filter(key -> key.startsWith(property("")))
            .collect(Collectors.toMap(key -> key, System::getProperty));
    return new TestSettings(properties, System.getenv());
  }

  /** The value for a name such as {@code rabbit} or {@code rabbit.url}; blank counts as absent. */
  Optional<String> read(String name) {
    return Optional.ofNullable(properties.get(property(name)))
        .or(() -> Optional.ofNullable(environment.get(variable(name))))
        .filter(value -> !value.isBlank());
  }

  /** The environment variable for a name, for messages. */
  String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private static String property(String name) {
    return PREFIX.toLowerCase(Locale.ROOT).replace('_', '.') + name;
  }
}
