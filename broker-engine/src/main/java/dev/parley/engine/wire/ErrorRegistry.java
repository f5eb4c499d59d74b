package dev.parley.engine.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The errors that travel by name. Filled while a broker is built, then only read. */
public final class ErrorRegistry {

  private static final Logger log = LoggerFactory.getLogger(ErrorRegistry.class);

  private final Map<Class<?>, String> names = new LinkedHashMap<>();
  private final Map<String, Function<String, ? extends Exception>> factories =
      new LinkedHashMap<>();

  /**
   * Adds one; throws {@link IllegalArgumentException} when the name or the class is there already.
   */
  public <E extends Exception> void add(String name, Class<E> type, Function<String, E> factory) {
    if (name.isBlank()
        || factories.putIfAbsent(name, factory) != null
        || names.putIfAbsent(type, name) != null) {
      throw new IllegalArgumentException(
          "The error \""
              + name
              + "\" for "
              + type.getSimpleName()
              + " needs a name, and name and class may be registered once");
    }
  }

  /**
   * The name of an error's class, or of the nearest registered class above it; else the simple
   * class name.
   */
  public String nameOf(Throwable error) {
    for (Class<?> type = error.getClass(); type != null; type = type.getSuperclass()) {
      String name = names.get(type);
      if (name != null) {
        return name;
      }
    }
    String simple = error.getClass().getSimpleName();
    return simple.isEmpty() ? "anonymous" : simple;
  }

  /** The error of that name; empty when none is registered, or its factory fails. */
  public Optional<Exception> rebuild(String name, String message) {
    @Nullable Function<String, ? extends Exception> factory = factories.get(name);
    if (factory == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(factory.apply(message));
    } catch (RuntimeException e) {
      log.warn(
          "The factory of the registered error \"{}\" failed; it is told by its name", name, e);
      return Optional.empty();
    }
  }
}
