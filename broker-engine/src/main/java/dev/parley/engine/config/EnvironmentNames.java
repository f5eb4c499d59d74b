package dev.parley.engine.config;

import java.util.Locale;

/**
 * How a key is spelled as an environment variable: {@code message.max-bytes} is {@code
 * PARLEY_MESSAGE_MAX_BYTES}. The way back is ambiguous, so keys are compared by their spelling, and
 * a variable that belongs to no key known yet is kept under its spelling with dots.
 */
final class EnvironmentNames {

  static final String PREFIX = "PARLEY_";
  static final String SOURCE = "environment variable ";

  private EnvironmentNames() {}

  /** The variable for a key. */
  static String variable(String key) {
    StringBuilder name = new StringBuilder(PREFIX.length() + key.length()).append(PREFIX);
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      name.append(isLetterOrDigit(c) ? c : '_');
    }
    return name.toString().toUpperCase(Locale.ROOT);
  }

  /** The key with dots for a variable, {@code message.max.bytes} for the one above. */
  static String dotted(String variable) {
    return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
