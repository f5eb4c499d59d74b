package dev.parley.engine.contract;

import dev.parley.DeclarationException;
import dev.parley.Subscriber;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name under which each method of a contract travels, the same on both sides. Immutable once
 * made.
 *
 * <p>A plain method has its own name. One that returns a future, a {@code Reply} or a {@code
 * Message} is the same operation as the plain one of the same queue and types, if there is one;
 * else it has its own name, without {@code Async} at the end. So has one that returns a {@code
 * Flow.Publisher}.
 */
public final class MethodNames {

  private static final String ASYNC = "Async";

  private final Map<String, Operation> operations = new LinkedHashMap<>(); // by signature
  private final DeclaredMethods methods;

  private MethodNames(DeclaredMethods methods) {
    this.methods = methods;
  }

  /**
   * Of all annotated methods of an interface, inherited ones too.
   *
   * @param methods those of the interface, or of the class that implements it
   */
  public static MethodNames of(Class<?> contract, DeclaredMethods methods) {
    MethodNames names = new MethodNames(methods);
    Arrays.stream(contract.getMethods())
        .filter(method -> !method.isBridge() && names.isDeclared(method))
        .sorted(
            Comparator.comparing((Method method) -> shape(method).wrapper())
                .thenComparing(Parameters::describe))
        .forEach(names::add);
    return names;
  }

  /** Whether a method is declared to be served or called, here or above. */
  private boolean isDeclared(Method method) {
    boolean declared = !methods.annotations(method, Subscriber.class).annotations().isEmpty();
    if (declared && Modifier.isStatic(method.getModifiers())) {
      throw new DeclarationException(
          Parameters.describe(method)
              + ": a static method cannot be called from elsewhere; take static or @Subscriber away");
    }
    return declared;
  }

  /** What a method does; null when it is not one of the contract's. */
  public @Nullable Operation of(Method method) {
    return operations.get(methods.types().signature(method));
  }

  private void add(Method method) {
    methods.checkOneDestination(method, Parameters.describe(method));
    Operation operation = operation(method);
    for (Operation other : operations.values()) {
      if (other.name().equals(operation.name())
          && other.destination().equals(operation.destination())
          && !other.equals(operation)) {
        throw sameName(method);
      }
    }
    operations.put(methods.types().signature(method), operation);
  }

  /** The error for methods of one name on one queue that are not the same operation. */
  static DeclarationException sameName(Method method) {
    return new DeclarationException(
        Parameters.describe(method)
            + ": another method has the same name on the same queue, and other types; give one of them another name");
  }

  private Operation operation(Method method) {
    Operation own =
        new Operation(
            stem(method),
            DeclaredMethods.destination(
                methods.annotations(method, Subscriber.class).annotations()),
            parameters(method),
            reply(method),
            shape(method).form().isStream());
    if (shape(method).wrapper() == ReplyShape.Wrapper.NONE) {
      return own;
    }
    List<Operation> same =
        operations.values().stream().filter(own::equalsBesideName).distinct().toList();
    return same.size() == 1 ? same.get(0) : own; // of several it equals the one of its name
  }

  private List<Type> parameters(Method method) {
    return Parameters.body(method).stream()
        .map(index -> methods.types().resolve(method.getGenericParameterTypes()[index]))
        .toList();
  }

  private Type reply(Method method) {
    Type type = ReplyShape.of(methods.types().resolve(method.getGenericReturnType())).type();
    return type instanceof Class<?> c && c.isPrimitive()
        ? MethodType.methodType(c).wrap().returnType()
        : type;
  }

  private static ReplyShape shape(Method method) {
    return ReplyShape.of(method.getGenericReturnType());
  }

  private static String stem(Method method) {
    String name = method.getName();
    ReplyShape.Form form = shape(method).form();
    boolean detached = form == ReplyShape.Form.FUTURE || form == ReplyShape.Form.PUBLISHER;
    return detached && name.endsWith(ASYNC) && name.length() > ASYNC.length()
        ? name.substring(0, name.length() - ASYNC.length())
        : name;
  }
}
