package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import dev.parley.engine.contract.MethodNames;
import dev.parley.engine.contract.ReplyShape;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds out which methods of an interface a handler's method serves. */
final class Operations {

  private Operations() {}

  /** The operation a method serves; null when its annotation is not an interface's. */
  static HandlerSpec.@Nullable Operation of(Class<?> target, Method method, Method declaring) {
    if (!declaring.getDeclaringClass().isInterface()) {
      return null;
    }
    String name = null;
    for (Class<?> contract : contracts(target)) {
      if (declaring.getDeclaringClass().isAssignableFrom(contract)) {
        name = MethodNames.of(contract).of(declaring);
      }
      if (name != null) {
        break;
      }
    }
    boolean future = ReplyShape.of(method.getGenericReturnType()).form() == ReplyShape.Form.FUTURE;
    return new HandlerSpec.Operation(
        name == null ? declaring.getName() : name, (method.isDefault() ? 2 : 0) + (future ? 1 : 0));
  }

  /** The interfaces a class names, nearest first: each of them is a contract as a whole. */
  private static List<Class<?>> contracts(Class<?> target) {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> t = target; t != null; t = t.getSuperclass()) {
      found.addAll(List.of(t.getInterfaces()));
    }
    return found;
  }

  /**
   * Of several methods for one operation the class's own before a default one, and the plain one
   * before the one that returns a future.
   */
  static List<HandlerSpec> oneEach(List<HandlerSpec> found) {
    Map<Object, HandlerSpec> chosen = new LinkedHashMap<>();
    for (HandlerSpec spec : found) {
      HandlerSpec.Operation operation = spec.operation();
      Object key = operation == null ? new Object() : List.of(spec.name(), operation.name());
      chosen.merge(key, spec, (one, other) -> rank(other) < rank(one) ? other : one);
    }
    return List.copyOf(chosen.values());
  }

  private static int rank(HandlerSpec spec) {
    return spec.operation() == null ? 0 : spec.operation().rank();
  }

  /** Whether two handlers of one queue are operations of one service. */
  static boolean share(HandlerSpec one, HandlerSpec other) {
    return one.operation() != null && other.operation() != null;
  }

  /**
   * Throws {@link DeclarationException} unless handlers of one queue agree on how it is consumed.
   */
  static void checkAgree(HandlerSpec one, HandlerSpec other) {
    if (one.takesBatches() || other.takesBatches()) {
      throw new DeclarationException(
          other.where()
              + ": a Batch cannot share "
              + other.source()
              + " with "
              + one.where()
              + "; give it a queue of its own");
    }
    if (one.concurrency() != other.concurrency()
        || one.prefetch() != other.prefetch()
        || !Objects.equals(one.transportOptions(), other.transportOptions())) {
      throw new DeclarationException(
          other.where()
              + ": it shares "
              + other.source()
              + " with "
              + one.where()
              + ", so that both must say the same concurrency, prefetch and transport options");
    }
  }
}
