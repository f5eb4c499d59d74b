package dev.parley.engine.handle;

import dev.parley.engine.contract.TypeResolver;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * The annotations of a method, or of the nearest method it overrides that has some.
 *
 * @param from the method that has them, which is an interface's where they are a contract
 * @param annotations the annotations; empty when there are none
 */
record Inherited<A extends Annotation>(Method from, List<A> annotations) {

  static <A extends Annotation> Inherited<A> of(Method method, Class<A> type) {
    A[] own = method.getAnnotationsByType(type);
    if (own.length > 0 || Modifier.isPrivate(method.getModifiers())) {
      return new Inherited<>(method, List.of(own));
    }
    TypeResolver types = TypeResolver.of(method.getDeclaringClass());
    for (Class<?> upper : uppers(method.getDeclaringClass())) {
      for (Method overridden : upper.getDeclaredMethods()) {
        A[] inherited = overridden.getAnnotationsByType(type);
        if (inherited.length > 0 && overrides(method, overridden, types)) {
          return new Inherited<>(overridden, List.of(inherited));
        }
      }
    }
    return new Inherited<>(method, List.of());
  }

  private static boolean overrides(Method method, Method upper, TypeResolver types) {
    if (!method.getName().equals(upper.getName())
        || method.getParameterCount() != upper.getParameterCount()) {
      return false;
    }
    for (int i = 0; i < method.getParameterCount(); i++) {
      Class<?> declared = TypeResolver.raw(types.resolve(upper.getGenericParameterTypes()[i]));
      if (method.getParameterTypes()[i] != declared
          && method.getParameterTypes()[i] != upper.getParameterTypes()[i]) {
        return false;
      }
    }
    return true;
  }

  private static List<Class<?>> uppers(Class<?> type) {
    List<Class<?>> uppers = new ArrayList<>();
    for (Class<?> t = type.getSuperclass(); t != null && t != Object.class; t = t.getSuperclass()) {
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
