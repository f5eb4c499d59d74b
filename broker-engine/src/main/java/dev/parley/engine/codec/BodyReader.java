package dev.parley.engine.codec;

import dev.parley.InvalidMessageException;
import org.jspecify.annotations.Nullable;

/** Reads bodies as one declared type. Any thread may call it. */
@FunctionalInterface
public interface BodyReader {

  /**
   * The body as the declared type; the array itself where that is {@code byte[]}.
   *
   * @throws InvalidMessageException if nobody reads that content type, or the body does not fit the
   *     type; its violations name the places
   */
  @Nullable Object read(byte[] body, @Nullable String contentType);
}
