package dev.parley.engine.wire;

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
   * Throws {@link IllegalArgumentException} when one of the names is a standard property's, or
   * begins with our prefix.
   */
  public static void check(Map<String, String> headers, String destination) {
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (STANDARD.contains(name) || name.startsWith(WireHeaders.PREFIX)) {
        throw new IllegalArgumentException(
            "The header \""
                + header.getKey()
                + "\" of a message to "
                + destination
                + " has a name the wire format keeps for itself; choose another name");
      }
    }
  }

  /** The headers without ours: what is passed on when a received message is published again. */
  public static Map<String, String> withoutOurs(Map<String, String> headers) {
    Map<String, String> theirs = new LinkedHashMap<>(headers);
    theirs.keySet().removeIf(name -> name.startsWith(WireHeaders.PREFIX));
    return theirs;
  }
}
