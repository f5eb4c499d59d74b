package dev.parley.engine.wire;

import dev.parley.ErrorCode;
import dev.parley.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a failure, in an error reply or a dead letter: never a stack trace, never a class
 * by its full name.
 *
 * @param code why
 * @param type the error's type: its registered name, or the simple name of its class
 * @param message the error's message, 1 KiB at most
 * @param violations what is wrong with the body
 */
public record ErrorReport(ErrorCode code, String type, String message, List<Violation> violations) {

  private static final int MAX_MESSAGE_BYTES = 1024;
  private static final int MAX_VIOLATIONS = 100;

  public ErrorReport {
    message = shorten(message);
    violations = List.copyOf(violations.subList(0, Math.min(violations.size(), MAX_VIOLATIONS)));
  }

  /** A report of that code; a null message is empty. */
  public static ErrorReport of(
      ErrorCode code, String type, @Nullable String message, List<Violation> violations) {
    return new ErrorReport(code, type, message == null ? "" : message, violations);
  }

  private static String shorten(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_MESSAGE_BYTES) {
      return text;
    }
    int end = MAX_MESSAGE_BYTES - 3;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--; // not in the middle of a character
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + "...";
  }
}
