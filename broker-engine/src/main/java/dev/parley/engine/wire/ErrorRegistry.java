package dev.parley.engine.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The errors that travel by name. Filled while a broker is built, then only read. */
public final class ErrorRegistry {

  private final Map<Class<?>, String> names = new LinkedHashMap<>();
  private final Map<String, Function<String, ? extends RuntimeException>> factories =
      new LinkedHashMap<>();

  /**
   * Adds one; throws {@link IllegalArgumentException} when the name or the class is there already.
   */
  public <E extends RuntimeException> void add(
      String name, Class<E> type, Function<String, E> factory) {
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

  /** Whether that name was registered. */
  public Optional<RuntimeException> rebuild(String name, String message) {
    @Nullable Function<String, ? extends RuntimeException> factory = factories.get(name);
    return factory == null ? Optional.empty() : Optional.of(factory.apply(message));
  }
}
