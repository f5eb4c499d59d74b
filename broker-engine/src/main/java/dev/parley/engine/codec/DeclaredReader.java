package dev.parley.engine.codec;

import dev.parley.InvalidMessageException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies as one declared type other than {@code byte[]}: by the content type, and where there
 * is none, or {@code application/octet-stream}, which says as little (RFC 9110 §8.3), by the type
 * itself.
 *
 * <p>Text for anything but a {@code String} is taken as leniently as shells and simple clients need
 * it: {@code 30} is an {@code int}, {@code 2024-02-29} a date, and what begins as JSON is JSON.
 */
final class DeclaredReader implements BodyReader {

  private final Class<?> declared;
  private final Json.Reader json;
  private final CustomCodecs.Readers customs;
  private final List<String> customTypes;

  DeclaredReader(Type type, Json json, CustomCodecs customs) {
    this.declared = DeclaredTypes.raw(type);
    // A type of another format need not make sense as JSON.
    this.json = customs.isEmpty() ? json.reader(type) : json.readerIfPossible(type);
    this.customs = customs.readers(type);
    this.customTypes = customs.mediaTypes();
  }

  @Override
  public @Nullable Object read(byte[] body, @Nullable String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return untyped(body);
    }
    String mediaType = MediaTypes.of(contentType);
    CustomCodecs.LazyReader custom = customs.find(mediaType);
    if (custom != null) {
      return custom.read(body);
    }
    if (MediaTypes.isJson(mediaType)) {
      return json.read(body);
    }
    if (MediaTypes.isText(mediaType)) {
      return text(Text.decode(body, MediaTypes.charsetOfBody(contentType)));
    }
    if (mediaType.equals(MediaTypes.BYTES)) {
      return declared == Object.class ? body : untyped(body);
    }
    throw unknown(mediaType);
  }

  private @Nullable Object text(String text) {
    return isText() || declared == Object.class ? text : json.readText(text);
  }

  private @Nullable Object untyped(byte[] body) {
    if (isText()) {
      return Text.decode(body, StandardCharsets.UTF_8);
    }
    if (body.length == 0) {
      return nothing();
    }
    if (declared == Object.class) {
      return guess(body);
    }
    return looksLikeJson(body)
        ? json.read(body)
        : json.readText(Text.decode(body, StandardCharsets.UTF_8));
  }

  /** The common case of a foreign sender's JSON object or list, read without a detour. */
  private static boolean looksLikeJson(byte[] body) {
    return body[0] == '{' || body[0] == '[';
  }

  private @Nullable Object nothing() {
    if (declared.isPrimitive()) {
      throw Mistakes.invalid("", "is empty", null);
    }
    return json.readText("null"); // which an OptionalInt has a value of its own for
  }

  /** For {@code Object}, which says nothing either: JSON if it is, else text. */
  private @Nullable Object guess(byte[] body) {
    try {
      return json.read(body);
    } catch (InvalidMessageException e) {
      return Text.decode(body, StandardCharsets.UTF_8);
    }
  }

  private boolean isText() {
    return declared == String.class || declared == CharSequence.class;
  }

  private InvalidMessageException unknown(String mediaType) {
    String others = customTypes.isEmpty() ? "" : ", " + String.join(", ", customTypes);
    return Mistakes.invalid(
        "",
        "has the content type \"%s\", which nobody reads here; known: application/json, */*+json, text/*, application/octet-stream%s"
            .formatted(Mistakes.shorten(mediaType), others),
        null);
  }
}
