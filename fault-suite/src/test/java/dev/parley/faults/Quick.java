package dev.parley.faults;

import java.util.HashMap;
import java.util.Map;

/** Settings that keep a round short; none of them weakens what is promised. */
final class Quick {

  private Quick() {}

  /** Those of the engine, with some of the transport's, as key and value in turn. */
  static Map<String, String> settings(String url, String... transport) {
    Map<String, String> settings = new HashMap<>();
    settings.put("broker.url", url);
    settings.put("retry.backoff.initial", "20ms");
    settings.put("retry.backoff.max", "200ms");
    for (int i = 0; i < transport.length; i += 2) {
      settings.put(transport[i], transport[i + 1]);
    }
    return settings;
  }
}
