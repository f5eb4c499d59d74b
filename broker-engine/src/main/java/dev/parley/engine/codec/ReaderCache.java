package dev.parley.engine.codec;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Readers by declared type, because each call of a client names the type of its reply. Those of
 * classes go when the class goes; of types with arguments a program has few, and no more than a
 * limit is kept. Any thread may call it; two first calls at once may prepare two readers.
 */
final class ReaderCache {

  static final int MOST_GENERIC_TYPES = 1_000;

  private final Function<Type, BodyReader> prepare;
  private final ClassValue<BodyReader> ofClasses =
      new ClassValue<>() {
        @Override
        protected BodyReader computeValue(Class<?> type) {
          return prepare.apply(type);
        }
      };
  private final Map<Type, BodyReader> ofGenericTypes = new ConcurrentHashMap<>();

  ReaderCache(Function<Type, BodyReader> prepare) {
    this.prepare = prepare;
  }

  BodyReader get(Type type) {
    if (type instanceof Class<?> plain) {
      return ofClasses.get(plain);
    }
    BodyReader known = ofGenericTypes.get(type);
    if (known != null) {
      return known;
    }
    BodyReader reader = prepare.apply(type);
    if (ofGenericTypes.size() < MOST_GENERIC_TYPES) {
      ofGenericTypes.put(type, reader);
    }
    return reader;
  }
}
