package dev.parley.engine.contract;

import dev.parley.Batch;
import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.Timeout;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/** What the parameters of a contract's method are for. */
public final class Parameters {

  /** What stands for the whole message. */
  private static final Set<Class<?>> WHOLE = Set.of(Message.class, Reply.class, Batch.class);

  private Parameters() {}

  /** Whether a parameter is a part of the body. */
  public static boolean isBody(Parameter parameter) {
    return !parameter.isAnnotationPresent(Header.class)
        && !parameter.isAnnotationPresent(Timeout.class)
        && !isItems(parameter.getType());
  }

  /** Whether a parameter is a stream of the caller's items. */
  public static boolean isItems(Class<?> type) {
    return type == Flow.Publisher.class || type == Stream.class || type == Iterator.class;
  }

  /** Whether a parameter stands for the whole message, and not for its body. */
  public static boolean isWhole(Class<?> type) {
    return WHOLE.contains(type);
  }

  /** Whether a parameter is the limit of the call; throws when it has a wrong type. */
  public static boolean isTimeout(Parameter parameter, String where) {
    if (!parameter.isAnnotationPresent(Timeout.class)) {
      return false;
    }
    if (parameter.getType() != Duration.class) {
      throw new DeclarationException(
          where
              + ": a @Timeout parameter is a java.time.Duration, not "
              + parameter.getType().getTypeName());
    }
    return true;
  }

  /** The indices of the parameters that are the body. */
  public static List<Integer> body(Method method) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < method.getParameterCount(); i++) {
      if (isBody(method.getParameters()[i])) {
        found.add(i);
      }
    }
    return found;
  }

  /**
   * The names under which several parameters travel; throws when the compiler did not keep them.
   */
  public static List<String> names(Method contract, List<Integer> body, String where) {
    Set<String> names = new LinkedHashSet<>();
    for (int index : body) {
      Parameter parameter = contract.getParameters()[index];
      if (!parameter.isNamePresent()) {
        throw new DeclarationException(
            where
                + ": several parameters travel by their names, and "
                + contract.getDeclaringClass().getName()
                + " was compiled without them; compile it with -parameters, or take one record");
      }
      names.add(parameter.getName());
    }
    return List.copyOf(names);
  }

  /** Throws where one of several parameters stands for the whole message. */
  public static void checkNoneIsWhole(List<Type> types, String where) {
    for (Type type : types) {
      if (isWhole(TypeResolver.raw(type))) {
        throw new DeclarationException(
            where
                + ": "
                + type.getTypeName()
                + " must be the only parameter beside headers, because it stands for the whole message");
      }
    }
  }

  /** A method for messages, as in {@code Pricing.price(PriceRequest)}. */
  public static String describe(Method method) {
    List<String> parameters =
        Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toList();
    return name(method.getDeclaringClass())
        + "."
        + method.getName()
        + "("
        + String.join(", ", parameters)
        + ")";
  }

  /** The simple name of a class; of an anonymous one what there is. */
  private static String name(Class<?> type) {
    return type.isAnonymousClass()
        ? type.getName().substring(type.getName().lastIndexOf('.') + 1)
        : type.getSimpleName();
  }
}
