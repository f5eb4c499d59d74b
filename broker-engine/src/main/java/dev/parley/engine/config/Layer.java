package dev.parley.engine.config;

import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of one source.
 *
 * @param name where they come from, for messages
 * @param values by key
 */
record Layer(String name, Map<String, String> values) {

  Layer {
    values = new TreeMap<>(values);
    // A key by which SmallRye Config would let the source change its own place in the order.
    values.remove("config_ordinal");
  }
}
