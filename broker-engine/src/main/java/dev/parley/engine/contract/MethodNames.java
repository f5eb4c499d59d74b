package dev.parley.engine.contract;

import dev.parley.DeclarationException;
import dev.parley.Subscriber;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of an interface's methods on the wire, by which those of one queue are told apart.
 *
 * <p>A plain method has its own name. A method that returns a future is the same operation as the
 * plain one of the same queue and types, if there is one; else it has its own name, without {@code
 * Async} at the end.
 */
public final class MethodNames {

  private static final String ASYNC = "Async";

  private final Map<Method, String> names = new HashMap<>();
  private final TypeResolver types;

  private MethodNames(TypeResolver types) {
    this.types = types;
  }

  /** Of all annotated methods of an interface, inherited ones too. */
  public static MethodNames of(Class<?> contract) {
    MethodNames names = new MethodNames(TypeResolver.of(contract));
    List<Method> methods =
        Arrays.stream(contract.getMethods())
            .filter(method -> isDeclared(method) && !method.isBridge())
            .sorted(Comparator.comparing(Parameters::describe))
            .toList();
    methods.stream().filter(method -> !names.isFuture(method)).forEach(names::add);
    methods.stream().filter(names::isFuture).forEach(method -> names.addFuture(method, methods));
    return names;
  }

  /** Whether a method is declared to be served or called. */
  public static boolean isDeclared(Method method) {
    return method.getAnnotationsByType(Subscriber.class).length > 0;
  }

  /** The name of a method; null when it is not one of the contract's. */
  public @Nullable String of(Method method) {
    return names.get(method);
  }

  private void add(Method method) {
    names.put(method, unique(method, method.getName()));
  }

  private void addFuture(Method method, List<Method> all) {
    List<Method> plain =
        all.stream().filter(other -> !isFuture(other) && sameOperation(method, other)).toList();
    List<Method> namesakes =
        plain.stream().filter(other -> other.getName().equals(stem(method))).toList();
    List<Method> candidates = namesakes.isEmpty() ? plain : namesakes;
    if (candidates.size() == 1) {
      names.put(method, String.valueOf(names.get(candidates.get(0))));
    } else {
      names.put(method, unique(method, stem(method)));
    }
  }

  private String unique(Method method, String name) {
    for (Map.Entry<Method, String> other : names.entrySet()) {
      if (other.getValue().equals(name)
          && destination(other.getKey()).equals(destination(method))
          && !sameOperation(other.getKey(), method)) {
        throw new DeclarationException(
            Parameters.describe(method)
                + ": "
                + Parameters.describe(other.getKey())
                + " has the same name on the same queue; give one of them another name");
      }
    }
    return name;
  }

  private boolean isFuture(Method method) {
    return ReplyShape.of(method.getGenericReturnType()).form() == ReplyShape.Form.FUTURE;
  }

  private boolean sameOperation(Method one, Method other) {
    return destination(one).equals(destination(other))
        && parameters(one).equals(parameters(other))
        && reply(one).equals(reply(other));
  }

  private static List<String> destination(Method method) {
    List<String> destination = new ArrayList<>();
    for (Subscriber subscriber : method.getAnnotationsByType(Subscriber.class)) {
      destination.addAll(List.of(subscriber.value(), subscriber.topic(), subscriber.group()));
    }
    return destination;
  }

  private List<Type> parameters(Method method) {
    return Parameters.body(method).stream()
        .map(index -> types.resolve(method.getGenericParameterTypes()[index]))
        .toList();
  }

  private Type reply(Method method) {
    Type type = ReplyShape.of(types.resolve(method.getGenericReturnType())).type();
    return type instanceof Class<?> c && c.isPrimitive()
        ? MethodType.methodType(c).wrap().returnType()
        : type;
  }

  private static String stem(Method method) {
    String name = method.getName();
    return name.endsWith(ASYNC) && name.length() > ASYNC.length()
        ? name.substring(0, name.length() - ASYNC.length())
        : name;
  }
}
