package dev.parley.engine.codec;

import dev.parley.InvalidMessageException;
import dev.parley.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a body, in words that may go to its sender. */
final class Mistakes {

  private static final int LONGEST = 200;

  private Mistakes() {}

  static InvalidMessageException invalid(String path, String message, @Nullable Throwable cause) {
    Violation violation = new Violation(shorten(path), shorten(message));
    String where = path.isEmpty() ? "The body " : "The body is invalid: ";
    return new InvalidMessageException(where + violation, List.of(violation), cause);
  }

  /** At most 200 characters, control characters replaced: it may come from anybody. */
  static String shorten(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", " ");
    return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "...";
  }
}
