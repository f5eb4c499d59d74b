package dev.parley.engine.config;

import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** The system properties that somebody set, without those of the Java platform. */
final class SystemProperties {

  static final String SOURCE = "system property";

  private static final Set<String> PLATFORM_PREFIXES =
      Set.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "awt.", "os.", "file.");

  private static final Set<String> PLATFORM_KEYS =
      Set.of(
          "line.separator",
          "native.encoding",
          "path.separator",
          "stderr.encoding",
          "stdin.encoding",
          "stdout.encoding",
          "user.country",
          "user.dir",
          "user.home",
          "user.language",
          "user.name",
          "user.script",
          "user.timezone",
          "user.variant");

  private SystemProperties() {}

  static Map<String, String> own(Properties properties) {
    Map<String, String> own = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      String value = properties.getProperty(key);
      if (value != null && !isPlatform(key)) {
        own.put(key, value);
      }
    }
    return own;
  }

  private static boolean isPlatform(String key) {
    return PLATFORM_KEYS.contains(key) || PLATFORM_PREFIXES.stream().anyMatch(key::startsWith);
  }
}
