package dev.parley.engine.contract;

import dev.parley.DeclarationException;
import dev.parley.Subscriber;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The methods of a class or an interface, and what they are declared to be, here or above.
 * Immutable.
 */
public final class DeclaredMethods {

  private final Class<?> type;
  private final TypeResolver types;
  private final Set<Class<?>> interfaces = new LinkedHashSet<>();

  private DeclaredMethods(Class<?> type) {
    this.type = type;
    this.types = TypeResolver.of(type);
    for (Class<?> t = type; t != null; t = t.getSuperclass()) {
      addInterfaces(t);
    }
  }

  /** Of that class or interface. */
  public static DeclaredMethods of(Class<?> type) {
    return new DeclaredMethods(type);
  }

  private void addInterfaces(Class<?> t) {
    for (Class<?> i : t.getInterfaces()) {
      interfaces.add(i);
      addInterfaces(i);
    }
  }

  /** What its type variables stand for. */
  public TypeResolver types() {
    return types;
  }

  /**
   * All methods, an overriding one in place of what it overrides, in the order of their classes,
   * the uppermost last; those of interfaces follow, where no class has them by the same types: a
   * lambda has them without.
   */
  public Collection<Method> all() {
    Map<String, Method> found = new LinkedHashMap<>();
    for (Class<?> t = type; t != null && t != Object.class; t = t.getSuperclass()) {
      Arrays.stream(t.getDeclaredMethods())
          .filter(method -> !method.isSynthetic())
          .sorted(Comparator.comparing(Parameters::describe))
          .forEach(method -> found.putIfAbsent(key(method), method));
    }
    for (Class<?> i : interfaces) {
      Arrays.stream(i.getDeclaredMethods())
          .filter(DeclaredMethods::canBeOverridden)
          .sorted(Comparator.comparing(Parameters::describe))
          .forEach(method -> keepNearest(found, method));
    }
    return found.values();
  }

  private void keepNearest(Map<String, Method> found, Method method) {
    found.merge(
        key(method),
        method,
        (one, other) ->
            one.getDeclaringClass().isAssignableFrom(other.getDeclaringClass()) ? other : one);
  }

  private String key(Method method) {
    String owner =
        Modifier.isPrivate(method.getModifiers()) ? method.getDeclaringClass().getName() + "#" : "";
    return owner + types.signature(method);
  }

  /** The annotations of a method, or of the nearest method it overrides that has some. */
  public <A extends Annotation> Inherited<A> annotations(Method method, Class<A> annotation) {
    List<A> own = List.of(method.getAnnotationsByType(annotation));
    if (!own.isEmpty() || !canBeOverridden(method)) {
      return new Inherited<>(method, own);
    }
    Method from =
        nearest(
            overridden(method).stream()
                .filter(upper -> upper.getAnnotationsByType(annotation).length > 0)
                .toList());
    if (from != null) {
      return new Inherited<>(from, List.of(from.getAnnotationsByType(annotation)));
    }
    return new Inherited<>(method, List.of());
  }

  /**
   * The method of an interface that a method serves: itself, or the nearest one with {@link
   * Subscriber}; null when there is none.
   */
  public @Nullable Method contract(Method method) {
    if (!canBeOverridden(method)) {
      return null;
    }
    if (isContract(method)) {
      return method;
    }
    return nearest(overridden(method).stream().filter(DeclaredMethods::isContract).toList());
  }

  /**
   * Throws when interfaces that know nothing of each other declare one method for different queues,
   * and the method itself does not say which.
   */
  public void checkOneDestination(Method method, String where) {
    Inherited<Subscriber> declared = annotations(method, Subscriber.class);
    for (Method other : overridden(method)) {
      boolean unrelated =
          isContract(other)
              && declared.from().getDeclaringClass().isInterface()
              && !other.getDeclaringClass().isAssignableFrom(declared.from().getDeclaringClass());
      if (unrelated && !destination(declared.annotations()).equals(destination(own(other)))) {
        throw new DeclarationException(
            where
                + ": "
                + Parameters.describe(declared.from())
                + " and "
                + Parameters.describe(other)
                + " declare it for different queues; annotate it here with the one that counts, or give one of them another name");
      }
    }
  }

  /** The queues and topics of annotations, placeholders as they are written. */
  static List<String> destination(List<Subscriber> subscribers) {
    List<String> destination = new ArrayList<>();
    for (Subscriber subscriber : subscribers) {
      destination.addAll(List.of(subscriber.value(), subscriber.topic(), subscriber.group()));
    }
    return destination;
  }

  private static List<Subscriber> own(Method method) {
    return List.of(method.getAnnotationsByType(Subscriber.class));
  }

  private static boolean isContract(Method method) {
    return method.getDeclaringClass().isInterface() && !own(method).isEmpty();
  }

  /** The first one that none of the others overrides. */
  private static @Nullable Method nearest(List<Method> methods) {
    for (Method method : methods) {
      Class<?> declaring = method.getDeclaringClass();
      if (methods.stream()
          .map(Method::getDeclaringClass)
          .allMatch(other -> other == declaring || !declaring.isAssignableFrom(other))) {
        return method;
      }
    }
    return null;
  }

  /** What a method overrides: in the classes above its own, then in all interfaces. */
  private List<Method> overridden(Method method) {
    String signature = types.signature(method);
    List<Class<?>> uppers = new ArrayList<>();
    Class<?> declaring = method.getDeclaringClass();
    for (Class<?> t = declaring.getSuperclass(); t != null; t = t.getSuperclass()) {
      uppers.add(t);
    }
    uppers.addAll(interfaces);
    return uppers.stream()
        .filter(upper -> upper != declaring)
        .flatMap(upper -> Arrays.stream(upper.getDeclaredMethods()))
        .filter(other -> canBeOverridden(other) && types.signature(other).equals(signature))
        .toList();
  }

  private static boolean canBeOverridden(Method method) {
    return !method.isSynthetic()
        && (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0;
  }
}
