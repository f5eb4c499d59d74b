package dev.parley.spi;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages as the handlers of one broker read them, for tools and test support that see what
 * travels. Every {@code Broker} of the engine is one. Any thread may call it.
 */
public interface WireReader {

  /**
   * The body as that type, by the broker's codecs, not validated.
   *
   * @throws dev.parley.InvalidMessageException if it cannot be read as that type
   * @throws IllegalArgumentException for a type that can never be read
   */
  @Nullable Object read(WireMessage message, Type type);
}
