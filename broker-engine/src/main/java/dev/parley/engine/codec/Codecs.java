package dev.parley.engine.codec;

import dev.parley.Codec;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns objects into bodies and bodies into objects: the user's codecs first, then JSON, text and
 * bytes. Any thread may call it.
 *
 * <p>Without a named content type a {@code String} is {@code text/plain}, {@code byte[]} is {@code
 * application/octet-stream}, everything else, {@code null} included, is {@code application/json}.
 */
public final class Codecs {

  private interface Writer {
    Encoded write(Object value);
  }

  private final CustomCodecs customs;
  private final Json json;

  /** What writes a class where no content type is named; it goes when the class goes. */
  private final ClassValue<Writer> defaultWriters =
      new ClassValue<>() {
        @Override
        protected Writer computeValue(Class<?> type) {
          return defaultWriter(type);
        }
      };

  private final ReaderCache readers = new ReaderCache(this::prepare);

  private Codecs(CustomCodecs customs, Json json) {
    this.customs = customs;
    this.json = json;
  }

  /** With the user's codecs, the first that fits wins. */
  public static Codecs of(List<Codec> custom, CodecLimits limits) {
    return new Codecs(new CustomCodecs(custom), Json.create(limits));
  }

  /**
   * The body for a value; an {@code Optional} counts as what is in it.
   *
   * @param contentType the media type that chooses the codec; null for the one of the value's
   *     class. {@code byte[]} is sent as it is under any
   * @throws IllegalArgumentException if the value cannot be written as that
   */
  public Encoded encode(@Nullable Object value, @Nullable String contentType) {
    Object plain = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (contentType != null) {
      return encodeAs(contentType, plain);
    }
    return plain == null
        ? new Encoded(json.write(null), MediaTypes.JSON)
        : defaultWriters.get(plain.getClass()).write(plain);
  }

  /**
   * What makes a value of a declared type ready to be written. As a rule that is the value; where
   * the declared types of its elements decide how they are written, because they name one of
   * several possible types, it is a JSON tree. Prepared once for each declaration.
   *
   * @param part whether it is a part of a larger body, in which the same holds for the value itself
   */
  public UnaryOperator<@Nullable Object> prepared(Type declared, boolean part) {
    boolean asDeclared =
        (part || !(declared instanceof Class<?>)) && PolymorphicTypes.isNamed(declared);
    if (!asDeclared) {
      return value -> value;
    }
    UnaryOperator<Object> tree = json.tree(declared);
    Class<?> raw = DeclaredTypes.raw(declared);
    return value ->
        raw.isInstance(value) && customs.writing(value.getClass()).isEmpty()
            ? tree.apply(value)
            : value;
  }

  private Writer defaultWriter(Class<?> type) {
    Optional<CustomCodecs.Custom> custom = customs.writing(type);
    if (custom.isPresent()) {
      return value -> custom.get().write(value, null);
    }
    if (type == String.class) {
      return value ->
          new Encoded(Text.encode((String) value, StandardCharsets.UTF_8), MediaTypes.TEXT);
    }
    if (type == byte[].class) {
      return value -> new Encoded((byte[]) value, MediaTypes.BYTES);
    }
    return value -> new Encoded(json.write(value), MediaTypes.JSON);
  }

  private Encoded encodeAs(String contentType, @Nullable Object value) {
    String mediaType = MediaTypes.of(contentType);
    Optional<CustomCodecs.Custom> custom = customs.writing(mediaType);
    if (value instanceof byte[] bytes
        && custom.filter(codec -> codec.writes(byte[].class)).isEmpty()) {
      return new Encoded(bytes, contentType);
    }
    if (custom.isPresent()) {
      return custom.get().write(value, contentType);
    }
    if (MediaTypes.isJson(mediaType)) {
      return new Encoded(json.write(value), contentType);
    }
    if (MediaTypes.isText(mediaType) && isPlain(value)) {
      return new Encoded(
          Text.encode(String.valueOf(value), MediaTypes.charset(contentType)), contentType);
    }
    throw new IllegalArgumentException(
        "%s cannot be written as %s: no codec does that. A byte[] is sent as it is; known are application/json, */*+json, text/* for text and numbers%s"
            .formatted(
                value == null ? "null" : value.getClass().getTypeName(),
                contentType,
                customs.isEmpty() ? "" : ", " + String.join(", ", customs.mediaTypes())));
  }

  /** Whether the value has one obvious text. */
  private static boolean isPlain(@Nullable Object value) {
    return value instanceof CharSequence
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Enum<?>
        || value instanceof UUID
        || value instanceof TemporalAccessor
        || value instanceof TemporalAmount;
  }

  /**
   * The reader for a declared type, prepared at the first call. {@code byte[]} is the body as it
   * came, whatever its content type; {@code void} reads nothing.
   *
   * @throws IllegalArgumentException for a type that can never be read
   */
  public BodyReader reader(Type declaredType) {
    return readers.get(declaredType);
  }

  private BodyReader prepare(Type declaredType) {
    Class<?> raw = DeclaredTypes.raw(declaredType);
    if (raw == byte[].class) {
      return (body, contentType) -> body;
    }
    if (raw == void.class || raw == Void.class) {
      return (body, contentType) -> null;
    }
    if (raw == Optional.class) {
      return optional(reader(DeclaredTypes.argument(declaredType, 0)));
    }
    return new DeclaredReader(declaredType, json, customs);
  }

  private static BodyReader optional(BodyReader reader) {
    return (body, contentType) ->
        body.length == 0 && (contentType == null || contentType.isBlank())
            ? Optional.empty()
            : Optional.ofNullable(reader.read(body, contentType));
  }
}
