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
    if (isFit(text)) {
      return text; // as nearly all are, and each message has some
    }
    int length = Math.min(text.length(), LONGEST);
    StringBuilder line = new StringBuilder(length + 3);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      line.append(isVisible(c) ? c : '?');
    }
    return line.append(text.length() > LONGEST ? "..." : "").toString();
  }

  private static boolean isFit(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isVisible(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVisible(char c) {
    return !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
  }
}
