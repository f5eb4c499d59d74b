package dev.parley.conformance;

import java.nio.charset.StandardCharsets;

/**
 * Payloads that a well-meaning sender would not publish on a channel: mutated, doubled, nested and
 * misplaced parts of a JSON envelope, and whole bodies without one. The payload of a seed and a
 * number is always the same. Stateless.
 */
final class HostileEnvelopes {

  private static final int BARE = 15; // of a hundred
  private static final int DEEPEST = 2_000;

  private final Dice dice;

  private HostileEnvelopes(Dice dice) {
    this.dice = dice;
  }

  /** The payload of that number. */
  static byte[] of(long seed, long number) {
    Dice dice = Dice.of(seed, number);
    if (dice.chance(BARE)) {
      return HostileMessages.of(seed, number, Integer.MAX_VALUE).body();
    }
    byte[] envelope = new HostileEnvelopes(dice).object().getBytes(StandardCharsets.UTF_8);
    return dice.chance(30) ? dice.mutated(envelope) : envelope;
  }

  private String object() {
    StringBuilder json = new StringBuilder("{");
    part(json, 90, "data", dice.chance(60) ? quoted(dice.one(HostileWords.BODIES)) : value(3));
    part(json, 70, "headers", dice.chance(85) ? headers() : value(3));
    part(json, 50, "reply_to", dice.chance(70) ? quoted(address()) : value(3));
    part(json, 5, dice.text(), value(2));
    part(json, 10, "data", value(3)); // once more
    part(json, 10, "headers", headers());
    return json.append(dice.chance(95) ? "}" : "").toString();
  }

  private void part(StringBuilder json, int percent, String name, String value) {
    if (dice.chance(percent)) {
      json.append(json.length() > 1 ? "," : "").append(quoted(name)).append(':').append(value);
    }
  }

  private String headers() {
    StringBuilder json = new StringBuilder("{");
    int count = dice.random().nextInt(dice.chance(2) ? 300 : 6);
    for (int i = 0; i < count; i++) {
      String name = dice.chance(80) ? dice.one(HostileWords.NAMES) : dice.text();
      part(json, 100, name, dice.chance(60) ? quoted(dice.text()) : value(3));
    }
    part(json, 60, "content-type", quoted(dice.one(HostileWords.CONTENT_TYPES)));
    return json.append('}').toString();
  }

  private String address() {
    String name = dice.mutated(dice.one(HostileWords.NOWHERE));
    return switch (dice.random().nextInt(4)) {
      case 0 -> "channel:" + name;
      case 1 -> "parley:reply:" + name;
      default -> name;
    };
  }

  /** Any JSON, or what only looks like it. */
  private String value(int depth) {
    return switch (dice.random().nextInt(depth > 0 ? 12 : 8)) {
      case 0 -> "null";
      case 1 -> Boolean.toString(dice.chance(50));
      case 2 -> Long.toString(dice.random().nextLong());
      case 3 -> "1e" + dice.random().nextInt(10_000);
      case 4 -> "9".repeat(1 + dice.random().nextInt(1_500));
      case 5 -> dice.one(HostileWords.VALUES);
      case 8 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
      case 9 -> "{" + quoted(dice.text()) + ":" + value(depth - 1) + "}";
      case 10 -> {
        int levels = 1 + dice.random().nextInt(DEEPEST);
        yield "[".repeat(levels) + "]".repeat(levels);
      }
      case 11 -> dice.one(HostileWords.BODIES);
      default -> quoted(dice.text());
    };
  }

  /** With halves of characters, which JSON can express and UTF-8 cannot. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
