package dev.parley.engine.handle;

import org.jspecify.annotations.Nullable;

/**
 * Fills one parameter of a handler from a received message; throws {@link
 * dev.parley.InvalidMessageException} when that is not possible.
 */
@FunctionalInterface
interface Argument {

  /** The value for the parameter. */
  @Nullable Object from(Received received);
}
