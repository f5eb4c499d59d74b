package dev.parley;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns objects into bodies and bodies into objects, for some media types. JSON, text and bytes are
 * built in; another one is added with {@link Broker.Builder#codec} and comes before them. Any
 * thread may call it.
 */
public interface Codec {

  /** The media type it writes, sent as the content type. */
  String contentType();

  /**
   * Whether it reads bodies of that media type, parameters such as {@code charset} removed, in
   * lower case.
   */
  boolean reads(String mediaType);

  /**
   * Whether it writes objects of that class where the sender names no content type. Default: no, so
   * that it is used only where its content type is named.
   */
  default boolean writes(Class<?> type) {
    return false;
  }

  /**
   * A writer for one declared type, prepared once; throws {@link IllegalArgumentException} when it
   * cannot write that type.
   */
  Writer writer(Type type);

  /**
   * A reader for one declared type, prepared once; throws {@link IllegalArgumentException} when it
   * cannot read that type.
   */
  Reader reader(Type type);

  /** Writes objects of one type. */
  @FunctionalInterface
  interface Writer {

    /**
     * The body for that value; any exception makes the publish or the reply fail with its message.
     */
    byte[] write(@Nullable Object value) throws Exception;
  }

  /** Reads objects of one type. */
  @FunctionalInterface
  interface Reader {

    /**
     * The value of that body, which must not be written to; any exception makes the message {@link
     * ErrorCode#INVALID_MESSAGE}.
     */
    @Nullable Object read(byte[] body) throws Exception;
  }
}
