package dev.parley.engine.codec;

import dev.parley.Key;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Key} marks in bodies of one class. Any thread may call it. */
public final class KeyExtractor {

  private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

  private static final ClassValue<Optional<KeyExtractor>> EXTRACTORS =
      new ClassValue<>() {
        @Override
        protected Optional<KeyExtractor> computeValue(Class<?> type) {
          return find(type);
        }
      };

  private final String place;
  private final MethodHandle getter;

  private KeyExtractor(String place, MethodHandle getter) {
    this.place = place;
    this.getter = getter;
  }

  /**
   * The one for a class, made once; null where nothing is marked.
   *
   * @throws IllegalArgumentException if more than one thing is marked, or what is marked cannot be
   *     read
   */
  public static @Nullable KeyExtractor forType(Class<?> type) {
    return EXTRACTORS.get(type).orElse(null);
  }

  /** The key of a body; null where nothing is marked, or what is marked is null. */
  public static @Nullable String keyOf(@Nullable Object body) {
    KeyExtractor extractor = body == null ? null : forType(body.getClass());
    return body == null || extractor == null ? null : extractor.extract(body);
  }

  /** The key of a body of this class: the text of what is marked, null where that is null. */
  public @Nullable String extract(Object body) {
    Object key = get(body);
    Object plain = key instanceof Optional<?> optional ? optional.orElse(null) : key;
    return plain == null ? null : plain.toString();
  }

  private @Nullable Object get(Object body) {
    try {
      return (Object) getter.invokeExact(body);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("@Key " + place + " failed: " + e.getMessage(), e);
    }
  }

  private static Optional<KeyExtractor> find(Class<?> type) {
    // By name, because a record's component marks its field and its accessor as well.
    Map<String, KeyExtractor> marked = new LinkedHashMap<>();
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (field.isAnnotationPresent(Key.class)) {
          marked.putIfAbsent(field.getName(), ofField(field));
        }
      }
      for (Method method : each.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Key.class) && !method.isBridge()) {
          marked.putIfAbsent(method.getName(), ofMethod(method));
        }
      }
    }
    if (marked.size() > 1) {
      throw new IllegalArgumentException(
          "%s has @Key on %s: mark only one".formatted(type.getTypeName(), marked.keySet()));
    }
    return marked.values().stream().findFirst();
  }

  private static KeyExtractor ofField(Field field) {
    String place = field.getDeclaringClass().getTypeName() + "." + field.getName();
    if (Modifier.isStatic(field.getModifiers())) {
      throw new IllegalArgumentException("@Key " + place + " must not be static");
    }
    return open(place, field, () -> MethodHandles.lookup().unreflectGetter(field));
  }

  private static KeyExtractor ofMethod(Method method) {
    String place = method.getDeclaringClass().getTypeName() + "." + method.getName() + "()";
    if (Modifier.isStatic(method.getModifiers())
        || method.getParameterCount() > 0
        || method.getReturnType() == void.class) {
      throw new IllegalArgumentException(
          "@Key " + place + " must be a getter: not static, without parameters, with a result");
    }
    return open(place, method, () -> MethodHandles.lookup().unreflect(method));
  }

  private interface Unreflected {
    MethodHandle handle() throws IllegalAccessException;
  }

  private static KeyExtractor open(String place, AccessibleObject member, Unreflected unreflected) {
    try {
      member.setAccessible(true);
      return new KeyExtractor(place, unreflected.handle().asType(GETTER));
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "@Key %s cannot be read; open its package to Parley in module-info.java".formatted(place),
          e);
    }
  }
}
