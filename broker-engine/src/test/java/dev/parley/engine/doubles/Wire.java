package dev.parley.engine.doubles;

import dev.parley.spi.Address;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Messages as they come from a wire. */
public final class Wire {

  private Wire() {}

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static String text(WireMessage message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  /** A message nobody waits for. */
  public static WireMessage json(String json) {
    return json(json, Map.of());
  }

  public static WireMessage json(String json, Map<String, String> headers) {
    return new WireMessage(bytes(json), "application/json", "m-1", null, null, headers);
  }

  /** A request whose reply goes to {@code caller}. */
  public static WireMessage request(String json, Map<String, String> headers) {
    return new WireMessage(
        bytes(json),
        "application/json",
        "m-1",
        "c-1",
        Address.reply("caller"),
        new HashMap<>(headers));
  }
}
