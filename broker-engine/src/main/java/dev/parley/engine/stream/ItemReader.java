package dev.parley.engine.stream;

import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an item; throws what the user is to see when it cannot be read.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
interface ItemReader<T> {

  /** The item; null for JSON {@code null}. */
  @Nullable T read(WireMessage frame);
}
