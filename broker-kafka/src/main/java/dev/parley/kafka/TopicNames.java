package dev.parley.kafka;

/** Which names Kafka takes for topics, as its own {@code Topic.validate} has it. Stateless. */
final class TopicNames {

  private static final int LONGEST = 249;
  private static final int LONGEST_SHOWN = 100;

  private TopicNames() {}

  static boolean isLegal(String name) {
    if (name.isEmpty() || name.length() > LONGEST || name.equals(".") || name.equals("..")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) { // for each message, so without a regular expression
      if (!isLegal(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLegal(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
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
