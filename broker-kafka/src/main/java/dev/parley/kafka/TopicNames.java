package dev.parley.kafka;

import java.util.regex.Pattern;

/** Which names Kafka takes for topics, as its own {@code Topic.validate} has it. Stateless. */
final class TopicNames {

  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final int LONGEST_SHOWN = 100;

  private TopicNames() {}

  static boolean isLegal(String name) {
    return LEGAL.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }

  /** Throws {@link IllegalArgumentException} that says what is wrong with the name. */
  static void require(String name, String what) {
    if (!isLegal(name)) {
      throw new IllegalArgumentException(what + ": " + rule(name));
    }
  }

  static String rule(String name) {
    String shown = name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "...";
    return "\""
        + shown
        + "\" cannot be a topic of Kafka: only letters, digits, dot, dash and underscore, at most"
        + " 249 of them";
  }
}
