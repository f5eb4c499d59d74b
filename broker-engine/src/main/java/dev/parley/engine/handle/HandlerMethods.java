package dev.parley.engine.handle;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The methods of a class that may be handlers, and their annotations, inherited ones too. */
final class HandlerMethods {

  private HandlerMethods() {}

  /**
   * All methods, an overriding one in place of what it overrides, in the order of their classes,
   * the uppermost last.
   */
  static Collection<Method> of(Class<?> type) {
    TypeArguments types = TypeArguments.of(type);
    Map<String, Method> found = new LinkedHashMap<>();
    for (Class<?> t = type; t != null && t != Object.class; t = t.getSuperclass()) {
      Arrays.stream(t.getDeclaredMethods())
          .filter(method -> !method.isSynthetic())
          .sorted(Comparator.comparing(HandlerScanner::describe))
          .forEach(method -> found.putIfAbsent(key(types, method), method));
    }
    for (Method method : type.getMethods()) {
      if (method.isDefault() && !method.isSynthetic()) {
        found.putIfAbsent(key(types, method), method);
      }
    }
    return found.values();
  }

  private static String key(TypeArguments types, Method method) {
    String owner =
        Modifier.isPrivate(method.getModifiers()) ? method.getDeclaringClass().getName() + "#" : "";
    return owner + types.signature(method);
  }

  /** The annotations of a method, or of the nearest method it overrides that has some. */
  static <A extends Annotation> Inherited<A> annotations(
      Object target, Method method, Class<A> type) {
    A[] own = method.getAnnotationsByType(type);
    if (own.length > 0 || Modifier.isPrivate(method.getModifiers())) {
      return new Inherited<>(method, List.of(own));
    }
    TypeArguments types = TypeArguments.of(target.getClass());
    String signature = types.signature(method);
    for (Class<?> upper : uppers(method.getDeclaringClass(), target.getClass())) {
      for (Method candidate : upper.getDeclaredMethods()) {
        A[] inherited =
            canBeOverridden(candidate) && types.signature(candidate).equals(signature)
                ? candidate.getAnnotationsByType(type)
                : own;
        if (inherited.length > 0) {
          return new Inherited<>(candidate, List.of(inherited));
        }
      }
    }
    return new Inherited<>(method, List.of());
  }

  private static boolean canBeOverridden(Method method) {
    return !method.isSynthetic()
        && (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0;
  }

  /** The classes above the one that declares a method, then all interfaces of the object. */
  private static List<Class<?>> uppers(Class<?> declaring, Class<?> type) {
    List<Class<?>> uppers = new ArrayList<>();
    for (Class<?> t = declaring.getSuperclass(); t != null; t = t.getSuperclass()) {
      uppers.add(t);
    }
    for (Class<?> t = type; t != null; t = t.getSuperclass()) {
      addInterfaces(t, uppers);
    }
    return uppers;
  }

  private static void addInterfaces(Class<?> type, List<Class<?>> uppers) {
    for (Class<?> i : type.getInterfaces()) {
      uppers.add(i);
      addInterfaces(i, uppers);
    }
  }
}
