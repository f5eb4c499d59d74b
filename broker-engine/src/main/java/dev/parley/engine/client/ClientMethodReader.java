package dev.parley.engine.client;

import dev.parley.CallOptions;
import dev.parley.ClientOptions;
import dev.parley.DeclarationException;
import dev.parley.PublishOptions;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.contract.DeclaredMethods;
import dev.parley.engine.contract.Operation;
import dev.parley.engine.contract.Parameters;
import dev.parley.engine.contract.ReplyShape;
import dev.parley.engine.contract.ReturnType;
import dev.parley.engine.contract.TypeResolver;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.stream.ClientStreams;
import dev.parley.spi.WireHeaders;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.UnaryOperator;

/** Reads the annotated methods of a contract, once, for one client. Used by one thread. */
final class ClientMethodReader {

  private final Publisher publisher;
  private final ClientStreams streams;
  private final Codecs codecs;
  private final UnaryOperator<String> placeholders;
  private final ClientOptions options;
  private final DeclaredMethods methods;

  ClientMethodReader(
      Publisher publisher,
      ClientStreams streams,
      Codecs codecs,
      UnaryOperator<String> placeholders,
      ClientOptions options,
      DeclaredMethods methods) {
    this.publisher = publisher;
    this.streams = streams;
    this.codecs = codecs;
    this.placeholders = placeholders;
    this.options = options;
    this.methods = methods;
  }

  /** What a method does; throws {@link DeclarationException} when it cannot work. */
  ClientMethod read(Method method, Operation operation) {
    String where = Parameters.describe(method);
    UnaryOperator<String> resolve = text -> resolved(text, where);
    ReplyShape reply = reply(method, where);
    CallLimit limit = CallLimit.of(annotated(method), options, resolve, where);
    PublishOptions target = target(method, resolve, where);
    CallOptions<?> call = target.callback(TypeRef.of(reply.type())).raiseTimeout();
    return new ClientMethod(
        publisher,
        streams,
        where,
        Map.of(WireHeaders.METHOD, operation.name()),
        RequestShape.of(annotated(method), methods.types(), codecs, where),
        reply,
        limit.on(target),
        limit.on(call),
        List.of(method.getExceptionTypes()));
  }

  /** The method that has the annotations: the same, or one that it overrides. */
  private Method annotated(Method method) {
    return methods.annotations(method, Subscriber.class).from();
  }

  private ReplyShape reply(Method method, String where) {
    Type returned = methods.types().resolve(method.getGenericReturnType());
    ReturnType.check(returned, where);
    if (TypeResolver.isOpen(returned)) {
      throw new DeclarationException(
          where
              + ": nobody says what "
              + returned.getTypeName()
              + " is; make the client of an interface that extends it with a type, as in interface Orders extends Store<Order>");
    }
    ReplyShape reply = ReplyShape.of(returned);
    Class<?> raw = TypeResolver.raw(returned);
    if (reply.form() == ReplyShape.Form.VALUE
        && (CompletionStage.class.isAssignableFrom(raw) || ReturnType.isStream(raw))) {
      throw new DeclarationException(
          where
              + ": a client cannot return "
              + raw.getName()
              + "; return a "
              + (ReturnType.isStream(raw)
                  ? "Stream, an Iterator or a Flow.Publisher"
                  : CompletableFuture.class.getSimpleName()));
    }
    checkItems(method, reply, where);
    checkReadable(reply.type(), where);
    return reply;
  }

  private void checkReadable(Type type, String where) {
    try {
      codecs.reader(type);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(
          where + ": a reply cannot be read as " + type.getTypeName() + ": " + e.getMessage(), e);
    }
  }

  private static void checkItems(Method method, ReplyShape reply, String where) {
    for (Class<?> type : method.getParameterTypes()) {
      if (Parameters.isItems(type) && type != Flow.Publisher.class) {
        throw new DeclarationException(
            where
                + ": a caller sends its items from a Flow.Publisher, not a "
                + type.getSimpleName());
      }
      if (Parameters.isItems(type) && !reply.form().isStream()) {
        throw new DeclarationException(
            where
                + ": a method that sends items returns a stream, be it of one: a Stream, an Iterator or a Flow.Publisher");
      }
    }
  }

  private PublishOptions target(Method method, UnaryOperator<String> resolve, String where) {
    List<Subscriber> declared = methods.annotations(method, Subscriber.class).annotations();
    if (declared.size() > 1) {
      throw new DeclarationException(
          where + ": a client's method goes to one queue; keep one of its @Subscriber annotations");
    }
    String queue = resolve.apply(declared.get(0).value());
    String topic = resolve.apply(declared.get(0).topic());
    if (queue.isBlank() == topic.isBlank()) {
      throw new DeclarationException(
          where + ": @Subscriber needs a queue or a topic, one of them: @Subscriber(\"orders\")");
    }
    PublishOptions target =
        queue.isBlank()
            ? PublishOptions.toTopic(options.prefix() + topic)
            : PublishOptions.to(options.prefix() + queue);
    return options.requiresHandler() ? target.requireHandler() : target;
  }

  private String resolved(String text, String where) {
    try {
      return text.isEmpty() ? text : placeholders.apply(text);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(where + ": " + e.getMessage(), e);
    }
  }
}
