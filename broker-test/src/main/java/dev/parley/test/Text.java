package dev.parley.test;

import dev.parley.spi.WireMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Messages as a person reads them in the failure of a test. */
final class Text {

  private static final int LONGEST = 200;

  private Text() {}

  /** The body, if it is text, up to 200 characters; else how much of what it is. */
  static String preview(WireMessage message) {
    byte[] body = message.body();
    if (body.length == 0) {
      return "an empty body";
    }
    String text = decode(body);
    if (text == null) {
      String type = message.contentType() == null ? "binary" : message.contentType();
      return body.length + " bytes of " + type;
    }
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  private static @Nullable String decode(byte[] body) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return text.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t')
          ? null
          : text;
    } catch (CharacterCodingException e) {
      return null; // not text, which is what is asked here
    }
  }

  /** Enough of the message's id to tell it from others. */
  static String id(WireMessage message) {
    String id = message.messageId();
    return id == null
        ? "message without id"
        : "message " + (id.length() <= 8 ? id : id.substring(0, 8));
  }

  /** As in {@code 1 message}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
