package dev.parley.engine.client;

import dev.parley.ClientOptions;
import dev.parley.DeclarationException;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.contract.DeclaredMethods;
import dev.parley.engine.contract.MethodNames;
import dev.parley.engine.contract.Operation;
import dev.parley.engine.contract.Parameters;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.stream.ClientStreams;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Makes typed clients. Any thread may call it; nothing is kept. */
public final class Clients {

  private static final Object[] NO_ARGUMENTS = {};

  private final Publisher publisher;
  private final ClientStreams streams;
  private final Codecs codecs;
  private final UnaryOperator<String> placeholders;
  private final String brokerName;

  /** Clients that call through that publisher. */
  public Clients(
      Publisher publisher,
      ClientStreams streams,
      Codecs codecs,
      UnaryOperator<String> placeholders,
      String brokerName) {
    this.publisher = publisher;
    this.streams = streams;
    this.codecs = codecs;
    this.placeholders = placeholders;
    this.brokerName = brokerName;
  }

  /** A client for that interface; throws {@link DeclarationException} when it cannot be one. */
  public <C> C create(Class<C> contract, ClientOptions options) {
    if (!contract.isInterface()) {
      throw new DeclarationException(
          contract.getName() + " is no interface; give the interface that the server implements");
    }
    if (contract.isSealed()) {
      throw new DeclarationException(
          contract.getName() + " is sealed, so nothing else can implement it; take sealed away");
    }
    Map<Method, MethodCall> methods = methods(contract, options);
    if (methods.values().stream().noneMatch(ClientMethod.class::isInstance)) {
      throw new DeclarationException(
          contract.getName()
              + " has no @Subscriber method: annotate those that are calls, as in @Subscriber(\"orders\")");
    }
    return contract.cast(
        Proxy.newProxyInstance(
            contract.getClassLoader(),
            new Class<?>[] {contract},
            (proxy, method, arguments) ->
                call(methods, method).invoke(proxy, arguments == null ? NO_ARGUMENTS : arguments)));
  }

  private static MethodCall call(Map<Method, MethodCall> methods, Method method) {
    MethodCall call = methods.get(method);
    if (call == null) {
      throw new IllegalStateException("the client was made without " + method);
    }
    return call;
  }

  private Map<Method, MethodCall> methods(Class<?> contract, ClientOptions options) {
    DeclaredMethods declared = DeclaredMethods.of(contract);
    MethodNames names = MethodNames.of(contract, declared);
    ClientMethodReader reader =
        new ClientMethodReader(publisher, streams, codecs, placeholders, options, declared);
    Map<Method, MethodCall> methods = new HashMap<>(ofObject(contract));
    for (Method method : contract.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      Operation operation = method.isBridge() ? null : names.of(method);
      if (operation != null) {
        methods.put(method, reader.read(method, operation));
      } else if (method.isDefault()) {
        methods.put(method, local(method));
      } else if (!isOfObject(method)) {
        throw new DeclarationException(
            Parameters.describe(method)
                + " has no @Subscriber and no body: annotate it with its queue, or make it a default method");
      }
    }
    return methods;
  }

  private Map<Method, MethodCall> ofObject(Class<?> contract) {
    String text = contract.getSimpleName() + " by " + brokerName;
    try {
      return Map.of(
          Object.class.getMethod("equals", Object.class),
              (proxy, arguments) -> proxy == arguments[0],
          Object.class.getMethod("hashCode"), (proxy, arguments) -> System.identityHashCode(proxy),
          Object.class.getMethod("toString"), (proxy, arguments) -> text);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("Object has these methods", e);
    }
  }

  /** An interface may declare them again, for their documentation. */
  private static boolean isOfObject(Method method) {
    try {
      return Modifier.isPublic(
          Object.class.getMethod(method.getName(), method.getParameterTypes()).getModifiers());
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  /** A default method, which runs here: of a public interface, or of one that can be opened. */
  private static MethodCall local(Method method) {
    Class<?> declaring = method.getDeclaringClass();
    try {
      MethodHandle body =
          MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
              .unreflectSpecial(method, declaring);
      return (proxy, arguments) -> body.bindTo(proxy).invokeWithArguments(arguments);
    } catch (IllegalAccessException e) {
      if (Modifier.isPublic(declaring.getModifiers())) { // an interface of the JDK, as a rule
        return (proxy, arguments) -> InvocationHandler.invokeDefault(proxy, method, arguments);
      }
      throw new DeclarationException(
          Parameters.describe(method)
              + ": its body cannot be called from here; open the package "
              + declaring.getPackageName()
              + " to dev.parley, or annotate the method",
          e);
    }
  }
}
