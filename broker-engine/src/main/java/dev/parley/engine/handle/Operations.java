package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import dev.parley.engine.contract.DeclaredMethods;
import dev.parley.engine.contract.MethodNames;
import dev.parley.engine.contract.Operation;
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

  private static final int MOST_PARAMETERS = 255; // of a method in a class file

  private Operations() {}

  /** The operation a method serves; null when it is not an interface's. */
  static HandlerSpec.@Nullable Operation of(HandlerMethod handler, DeclaredMethods methods) {
    if (!handler.isContract()) {
      return null;
    }
    Method declared = handler.declared();
    Operation operation = null;
    for (Class<?> contract : contracts(handler.target().getClass())) {
      if (operation == null && declared.getDeclaringClass().isAssignableFrom(contract)) {
        operation = MethodNames.of(contract, methods).of(declared);
      }
    }
    if (operation == null) {
      throw new IllegalStateException(handler.where() + " is of no interface of its class");
    }
    return new HandlerSpec.Operation(operation, rank(handler.method()));
  }

  /**
   * The class's own method before a default one, the plain one before those that return a future or
   * headers, and of two that differ beside the body the one that takes more.
   */
  private static int rank(Method method) {
    ReplyShape.Wrapper form = ReplyShape.of(method.getGenericReturnType()).wrapper();
    int served = (method.isDefault() ? ReplyShape.Wrapper.values().length : 0) + form.rank();
    return served * (MOST_PARAMETERS + 1) + MOST_PARAMETERS - method.getParameterCount();
  }

  /** The interfaces a class names, nearest first: each of them is a contract as a whole. */
  private static List<Class<?>> contracts(Class<?> target) {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> t = target; t != null; t = t.getSuperclass()) {
      found.addAll(List.of(t.getInterfaces()));
    }
    return found;
  }

  /** Of several methods for one operation the one that serves it. */
  static List<HandlerSpec> oneEach(List<HandlerSpec> found) {
    Map<Object, HandlerSpec> chosen = new LinkedHashMap<>();
    for (HandlerSpec spec : found) {
      HandlerSpec.Operation operation = spec.operation();
      Object key = operation == null ? new Object() : List.of(spec.name(), operation.name());
      chosen.merge(key, spec, Operations::better);
    }
    return List.copyOf(chosen.values());
  }

  private static HandlerSpec better(HandlerSpec one, HandlerSpec other) {
    HandlerSpec.Operation first = Objects.requireNonNull(one.operation());
    HandlerSpec.Operation second = Objects.requireNonNull(other.operation());
    if (!first.identity().equals(second.identity())) {
      throw new DeclarationException(
          other.where()
              + ": "
              + one.where()
              + " has the same name on the same queue, and other types; give one of them another name or queue");
    }
    return second.rank() < first.rank() ? other : one;
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
