package dev.parley.engine.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text in a charset, where what does not fit the charset is refused instead of replaced. */
final class Text {

  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  static String decode(byte[] body, Charset charset) {
    String text = new String(body, charset);
    // The JDK replaces in silence; decoding again is for the rare text that has the sign.
    if (text.indexOf(REPLACEMENT) >= 0) {
      try {
        return charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      } catch (CharacterCodingException e) {
        throw Mistakes.invalid("", "is not " + charset + " text", e);
      }
    }
    return text;
  }

  static byte[] encode(String text, Charset charset) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    try {
      ByteBuffer bytes = charset.newEncoder().encode(CharBuffer.wrap(text));
      byte[] body = new byte[bytes.remaining()];
      bytes.get(body);
      return body;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("The text cannot be written as " + charset, e);
    }
  }
}
