package dev.parley.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * What one side of a stream tells the other beside items.
 *
 * @param kind what it is
 * @param items for {@link Kind#CREDIT}, how many items in all the sender of the signal will have
 *     taken: a total and not a difference, so that a repeated or late signal does no harm
 */
record Signal(Kind kind, long items) {

  /** The kinds of signals. */
  enum Kind {
    /** So many items may be sent in all. */
    CREDIT,
    /** Nothing more is wanted. */
    CANCEL,
    /** I am there. */
    PING
  }

  static final Signal PING = new Signal(Kind.PING, 0);
  static final Signal CANCEL = new Signal(Kind.CANCEL, 0);

  private static final int MOST_DIGITS = 18;

  static Signal credit(long items) {
    return new Signal(Kind.CREDIT, items);
  }

  /** The signal a header tells; null when it tells none. */
  static @Nullable Signal parse(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.startsWith("CREDIT ")) {
      long items = number(text.substring("CREDIT ".length()));
      return items < 0 ? null : credit(items);
    }
    return switch (text) {
      case "CANCEL" -> CANCEL;
      case "PING" -> PING;
      default -> null;
    };
  }

  /** The number; -1 when there is none. */
  static long number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > MOST_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  @Override
  public String toString() {
    return kind == Kind.CREDIT ? "CREDIT " + items : kind.name();
  }
}
