package dev.parley.engine.wire;

import dev.parley.Message;
import dev.parley.spi.WireHeaders;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which header names are the user's. */
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

  private HeaderRules() {}

  /**
   * The headers of a message that is sent: all of its own, and of a received message those that are
   * passed on. Throws as {@link #check}.
   */
  public static Map<String, String> of(Message<?> message, String destination) {
    if (!message.queue().isEmpty()) {
      return passedOn(message.headers());
    }
    check(message.headers(), destination);
    return message.headers();
  }

  /**
   * Throws {@link IllegalArgumentException} when one of the names is a standard property's, or
   * begins with our prefix.
   */
  public static void check(Map<String, String> headers, String destination) {
    for (String name : headers.keySet()) {
      if (isOurs(name)) {
        throw new IllegalArgumentException(
            "The header \""
                + name
                + "\" of a message to "
                + destination
                + " has a name the wire format keeps for itself; choose another name");
      }
    }
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
