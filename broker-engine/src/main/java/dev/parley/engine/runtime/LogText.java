package dev.parley.engine.runtime;

import org.jspecify.annotations.Nullable;

/** Text from a message, for the log: short, and on one line whatever its sender wrote. */
public final class LogText {

  private static final int LONGEST = 300;

  private LogText() {}

  /** The text, cut, with a question mark for each character that is not to be seen. */
  public static String of(@Nullable String text) {
    if (text == null) {
      return "";
    }
    int length = Math.min(text.length(), LONGEST);
    StringBuilder line = new StringBuilder(length + 3);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '?' : c);
    }
    return line.append(text.length() > LONGEST ? "..." : "").toString();
  }
}
