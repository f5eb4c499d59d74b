package dev.parley.engine.codec;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks a body by its declared type and checks each element that can have constraints. */
final class ElementChecks {

  /** Checks a value at a path. */
  interface Check {
    void check(@Nullable Object value, String path, BodyValidator.Violations found);
  }

  /** Checks an object that is not a container. */
  interface ObjectCheck {
    void check(Object value, String path, BodyValidator.Violations found);
  }

  private ElementChecks() {}

  /** The check for a type; null when no value of it can have constraints. */
  static @Nullable Check of(Type type, ObjectCheck object) {
    Class<?> raw = DeclaredTypes.raw(type);
    if (raw.isArray()) {
      Type element =
          type instanceof GenericArrayType array
              ? array.getGenericComponentType()
              : raw.getComponentType();
      return array(of(element, object));
    }
    if (Collection.class.isAssignableFrom(raw)) {
      return collection(of(DeclaredTypes.argument(type, 0), object));
    }
    if (Map.class.isAssignableFrom(raw)) {
      return map(of(DeclaredTypes.argument(type, 1), object));
    }
    if (raw == Optional.class) {
      return optional(of(DeclaredTypes.argument(type, 0), object));
    }
    return canBeConstrained(raw)
        ? (value, path, found) -> {
          if (value != null) {
            object.check(value, path, found);
          }
        }
        : null;
  }

  /** Objects of a subclass may have constraints that the declared class has not. */
  private static boolean canBeConstrained(Class<?> type) {
    if (type.isPrimitive() || type.getName().startsWith("java.")) {
      return false;
    }
    return !Modifier.isFinal(type.getModifiers()) || Constraints.on(type);
  }

  private static @Nullable Check array(@Nullable Check element) {
    return element == null
        ? null
        : (value, path, found) -> {
          if (value instanceof Object[] elements) {
            for (int i = 0; i < elements.length && !found.isFull(); i++) {
              element.check(elements[i], path + "[" + i + "]", found);
            }
          }
        };
  }

  private static @Nullable Check collection(@Nullable Check element) {
    return element == null
        ? null
        : (value, path, found) -> {
          if (value instanceof Collection<?> elements) {
            int i = 0;
            for (Object each : elements) {
              if (found.isFull()) {
                return;
              }
              element.check(each, path + "[" + i++ + "]", found);
            }
          }
        };
  }

  private static @Nullable Check map(@Nullable Check element) {
    return element == null
        ? null
        : (value, path, found) -> {
          if (value instanceof Map<?, ?> entries) {
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
              if (found.isFull()) {
                return;
              }
              element.check(entry.getValue(), path + "[" + entry.getKey() + "]", found);
            }
          }
        };
  }

  private static @Nullable Check optional(@Nullable Check element) {
    return element == null
        ? null
        : (value, path, found) -> {
          if (value instanceof Optional<?> optional) {
            element.check(optional.orElse(null), path, found);
          }
        };
  }
}
