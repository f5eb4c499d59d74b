package dev.parley.engine.wire;

import dev.parley.Message;
import dev.parley.spi.WireHeaders;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers a user may send: names of the user's own, and text that can be written down. */
public final class HeaderRules {

  private static final Set<String> STANDARD =
      Set.of(
          "data",
          "content-type",
          "content_type",
          "correlation_id",
          "reply_to",
          "reply_partition",
          "message_id",
          "expiration",
          "delivery_mode");

  /** Clients write such text each in its own way, and one of them so that nobody can read it. */
  private static final String NO_TEXT =
      "with half a character, a surrogate without its other half, which UTF-8 cannot express";

  private HeaderRules() {}

  /**
   * The headers of a message that is sent: all of its own, and of a received message those that are
   * passed on. Throws as {@link #check}.
   */
  public static Map<String, String> of(Message<?> message, Object destination) {
    message.messageId().ifPresent(id -> checkText("message id", id, destination));
    message.key().ifPresent(key -> checkText("key", key, destination));
    if (!message.queue().isEmpty()) {
      return passedOn(message.headers());
    }
    check(message.headers(), destination);
    return message.headers();
  }

  /**
   * Throws {@link IllegalArgumentException} when one of the names is a standard property's, or
   * begins with our prefix, and when a name or a value cannot be written in UTF-8.
   */
  public static void check(Map<String, String> headers, Object destination) {
    headers.forEach(
        (name, value) -> {
          if (isOurs(name)) {
            throw refused(
                name,
                destination,
                "has a name the wire format keeps for itself; choose another name");
          }
          if (!isText(name)) {
            throw refused(name, destination, "has a name " + NO_TEXT);
          }
          if (!isText(value)) {
            throw refused(name, destination, "has a value " + NO_TEXT);
          }
        });
  }

  /**
   * Throws {@link IllegalArgumentException} when a property of a message cannot be written in
   * UTF-8.
   *
   * @param what the property, as in {@code key}
   */
  public static void checkText(String what, String value, Object destination) {
    if (!isText(value)) {
      throw new IllegalArgumentException(
          "The " + what + " of a message to " + destination + " is a text " + NO_TEXT);
    }
  }

  private static IllegalArgumentException refused(String name, Object destination, String why) {
    String shown = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    return new IllegalArgumentException(
        "The header \"" + shown + "\" of a message to " + destination + " " + why);
  }

  /** Whether no half of a surrogate pair is without its other half. */
  private static boolean isText(String text) {
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        return false;
      }
      i += Character.charCount(point);
    }
    return true;
  }

  /** The headers without ours: what is passed on when a received message is published again. */
  public static Map<String, String> passedOn(Map<String, String> headers) {
    Map<String, String> theirs = new LinkedHashMap<>(headers);
    theirs.keySet().removeIf(HeaderRules::isOurs);
    return theirs;
  }

  private static boolean isOurs(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return STANDARD.contains(name) || name.startsWith(WireHeaders.PREFIX);
  }
}
