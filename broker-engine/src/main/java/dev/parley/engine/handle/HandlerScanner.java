package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import dev.parley.HandleInterceptor;
import dev.parley.PublishTo;
import dev.parley.Subscriber;
import dev.parley.engine.contract.DeclaredMethods;
import dev.parley.engine.contract.Inherited;
import dev.parley.engine.contract.Parameters;
import dev.parley.engine.contract.ReturnType;
import dev.parley.engine.runtime.ForeignOptions;
import dev.parley.spi.Address;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Finds the {@link Subscriber} methods of an object, inherited ones and those of interfaces too.
 * Used by one thread at a time.
 */
final class HandlerScanner {

  private final SpecFactory specs;
  private final SignatureReader signatures;
  private final UnaryOperator<String> placeholders;

  HandlerScanner(
      SpecFactory specs, SignatureReader signatures, UnaryOperator<String> placeholders) {
    this.specs = specs;
    this.signatures = signatures;
    this.placeholders = placeholders;
  }

  /**
   * The handlers of an object, with all names prefixed; throws {@link DeclarationException} when
   * there is none, or one cannot work.
   */
  List<HandlerSpec> scan(Object target, String prefix, List<HandleInterceptor> interceptors) {
    if (target instanceof Class<?> type) {
      throw new DeclarationException(
          type.getName()
              + " is a class: register an object of it, new "
              + type.getSimpleName()
              + "(...)");
    }
    DeclaredMethods methods = DeclaredMethods.of(target.getClass());
    List<HandlerSpec> found = new ArrayList<>();
    for (Method method : methods.all()) {
      Inherited<Subscriber> declared = methods.annotations(method, Subscriber.class);
      if (!declared.annotations().isEmpty()) {
        HandlerMethod handler = handler(target, method, declared.from(), methods);
        for (Subscriber subscriber : declared.annotations()) {
          found.add(spec(handler, methods, subscriber, prefix, interceptors));
        }
      }
    }
    if (found.isEmpty()) {
      throw new DeclarationException(
          target.getClass().getName()
              + " has no @Subscriber method: annotate one, or use broker.subscribe(...)");
    }
    return Operations.oneEach(found);
  }

  private static HandlerMethod handler(
      Object target, Method method, Method annotated, DeclaredMethods methods) {
    String where = Parameters.describe(method);
    if (Modifier.isStatic(method.getModifiers())) {
      throw new DeclarationException(
          where + ": a static method cannot be a handler; make it an instance method");
    }
    methods.checkOneDestination(method, where);
    return HandlerMethod.of(target, method, annotated, methods, where);
  }

  private HandlerSpec spec(
      HandlerMethod handler,
      DeclaredMethods methods,
      Subscriber subscriber,
      String prefix,
      List<HandleInterceptor> interceptors) {
    Signature signature = signatures.of(handler);
    return specs.of(
        subscriber,
        handler.where(),
        prefix,
        signature,
        ReplyResults.sendable(Invoker.of(handler.target(), handler.method()), signature.returned()),
        publishTo(handler, methods, signature, prefix),
        options(handler),
        interceptors,
        Operations.of(handler, methods));
  }

  private List<Address> publishTo(
      HandlerMethod handler, DeclaredMethods methods, Signature signature, String prefix) {
    String where = handler.where();
    List<Address> publishTo =
        methods.annotations(handler.method(), PublishTo.class).annotations().stream()
            .map(annotation -> target(annotation, where, prefix))
            .toList();
    if (!publishTo.isEmpty()
        && (signature.takesItems() || ReturnType.isStream(handler.method().getReturnType()))) {
      throw new DeclarationException(
          where
              + ": @PublishTo sends one return value, and this is a stream; publish its items yourself, or remove @PublishTo");
    }
    if (!publishTo.isEmpty() && signature.returnsNothing()) {
      throw new DeclarationException(
          where
              + ": @PublishTo sends the return value, and there is none; return a value or remove @PublishTo");
    }
    return publishTo;
  }

  private Address target(PublishTo annotation, String where, String prefix) {
    String queue = resolved(annotation.value(), where);
    String topic = resolved(annotation.topic(), where);
    if (queue.isBlank() == topic.isBlank()) {
      throw new DeclarationException(
          where + ": @PublishTo needs a queue or a topic, one of them: @PublishTo(\"queue\")");
    }
    return queue.isBlank() ? Address.topic(prefix + topic) : Address.queue(prefix + queue);
  }

  private String resolved(String text, String where) {
    try {
      return placeholders.apply(text);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(where + ": " + e.getMessage(), e);
    }
  }

  /** The options of a transport's own: the method's, or those of the interface it serves. */
  private static List<Object> options(HandlerMethod handler) {
    List<Object> own = options(handler.method());
    return own.isEmpty() ? options(handler.declared()) : own;
  }

  private static List<Object> options(Method method) {
    List<Object> options = new ArrayList<>();
    for (Annotation annotation : method.getAnnotations()) {
      if (ForeignOptions.markerOf(annotation.annotationType()) != null) {
        options.add(annotation);
      }
    }
    return options;
  }
}
