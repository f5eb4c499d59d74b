package dev.parley.engine.contract;

import java.lang.reflect.Type;
import java.util.List;

/**
 * What one or several methods of a contract do: the same one in several forms, waiting or as a
 * future.
 *
 * @param name its name on the wire
 * @param destination where its requests go, as it is written
 * @param parameters the types of its parameters
 * @param reply the type of its reply, or of an item
 * @param many whether there are many of them
 */
public record Operation(
    String name, List<String> destination, List<Type> parameters, Type reply, boolean many) {

  /** Whether it is the same but for the name. */
  boolean equalsBesideName(Operation other) {
    return equals(other.named(name));
  }

  Operation named(String other) {
    return new Operation(other, destination, parameters, reply, many);
  }
}
