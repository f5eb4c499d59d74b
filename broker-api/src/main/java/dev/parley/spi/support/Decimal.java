package dev.parley.spi.support;

import org.jspecify.annotations.Nullable;

/**
 * Numbers as messages carry them: decimal digits and nothing else. Each message is asked for some,
 * so nothing is made for it. Stateless; any thread.
 */
public final class Decimal {

  private static final int LONGEST = 15;

  private Decimal() {}

  /** The number; -1 for null, and for what is not 1 to 15 digits. */
  public static long parse(@Nullable String text) {
    int length = text == null ? 0 : text.length();
    if (text == null || length == 0 || length > LONGEST) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** The number that these characters are; -1 for null, and for what is not 1 to 15 digits. */
  public static long parse(byte @Nullable [] ascii) {
    if (ascii == null || ascii.length == 0 || ascii.length > LONGEST) {
      return -1;
    }
    long value = 0;
    for (byte character : ascii) {
      int digit = character - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
