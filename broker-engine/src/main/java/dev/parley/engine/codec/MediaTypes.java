package dev.parley.engine.codec;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Content types as RFC 9110 §8.3 writes them: a media type with parameters. */
final class MediaTypes {

  static final String JSON = "application/json";
  static final String TEXT = "text/plain";
  static final String BYTES = "application/octet-stream";

  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]*)\"?", Pattern.CASE_INSENSITIVE);

  private MediaTypes() {}

  /** The media type in lower case, without parameters. */
  static String of(String contentType) {
    if (contentType.equals(JSON)) {
      return JSON; // as nearly all are
    }
    int semicolon = contentType.indexOf(';');
    String bare = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return bare.trim().toLowerCase(Locale.ROOT);
  }

  /** {@code application/json}, and everything with the suffix of RFC 6839. */
  static boolean isJson(String mediaType) {
    return mediaType.equals(JSON) || mediaType.endsWith("+json") || mediaType.equals("text/json");
  }

  static boolean isText(String mediaType) {
    return mediaType.startsWith("text/");
  }

  /**
   * The charset a content type names, UTF-8 where it names none; throws {@link
   * IllegalArgumentException} for one that this JVM does not know.
   */
  static Charset charset(String contentType) {
    if (contentType.indexOf(';') < 0) {
      return StandardCharsets.UTF_8;
    }
    Matcher charset = CHARSET.matcher(contentType);
    if (!charset.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(charset.group(1));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(
          "the charset \"" + Mistakes.shorten(charset.group(1)) + "\" is unknown", e);
    }
  }

  /** As {@link #charset} for a body that came in. */
  static Charset charsetOfBody(String contentType) {
    try {
      return charset(contentType);
    } catch (IllegalArgumentException e) {
      throw Mistakes.invalid("", String.valueOf(e.getMessage()), e);
    }
  }
}
