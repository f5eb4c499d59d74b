package dev.parley.engine.config;

import java.util.Map;

/**
 * The settings of one source.
 *
 * @param name where they come from, for messages
 * @param values by key
 */
record Layer(String name, Map<String, String> values) {}
