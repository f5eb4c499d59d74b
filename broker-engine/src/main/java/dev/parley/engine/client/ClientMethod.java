package dev.parley.engine.client;

import dev.parley.CallOptions;
import dev.parley.ClientOptions;
import dev.parley.DeclarationException;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.ReplyUnreadableException;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.engine.contract.MethodNames;
import dev.parley.engine.contract.Parameters;
import dev.parley.engine.contract.ReplyShape;
import dev.parley.engine.contract.TypeResolver;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.stream.ClientStreams;
import dev.parley.spi.WireHeaders;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Turns one annotated method of a contract into calls. Immutable; any thread may call it. */
final class ClientMethod implements MethodCall {

  private final Publisher publisher;
  private final ClientStreams streams;
  private final String where;
  private final Map<String, String> ours;
  private final RequestShape request;
  private final ReplyShape reply;
  private final PublishOptions target;
  private final CallOptions<?> call;
  private final CallLimit limit;

  private ClientMethod(
      Publisher publisher,
      ClientStreams streams,
      String where,
      Map<String, String> ours,
      RequestShape request,
      ReplyShape reply,
      PublishOptions target,
      CallLimit limit) {
    this.publisher = publisher;
    this.streams = streams;
    this.where = where;
    this.ours = ours;
    this.request = request;
    this.reply = reply;
    this.target = target;
    this.call = target.callback(TypeRef.of(reply.type())).raiseTimeout();
    this.limit = limit;
  }

  static ClientMethod of(
      Method method,
      Class<?> contract,
      MethodNames names,
      ClientOptions options,
      Publisher publisher,
      ClientStreams streams,
      UnaryOperator<String> placeholders) {
    String where = Parameters.describe(method);
    checkItems(method, where);
    UnaryOperator<String> resolve = text -> resolved(text, placeholders, where);
    Type returned = TypeResolver.of(contract).resolve(method.getGenericReturnType());
    if (TypeResolver.isOpen(returned)) {
      throw new DeclarationException(
          where
              + ": nobody says what "
              + returned.getTypeName()
              + " is; make the client of an interface that extends it with a type");
    }
    return new ClientMethod(
        publisher,
        streams,
        where,
        Map.of(WireHeaders.METHOD, String.valueOf(names.of(method))),
        RequestShape.of(method, where),
        shape(returned, where),
        target(method, options, resolve, where),
        CallLimit.of(method, options, resolve, where));
  }

  private static ReplyShape shape(Type returned, String where) {
    ReplyShape shape = ReplyShape.of(returned);
    Class<?> raw = TypeResolver.raw(returned);
    if (shape.form() == ReplyShape.Form.VALUE && Future.class.isAssignableFrom(raw)) {
      throw new DeclarationException(
          where + ": it cannot return " + raw.getName() + "; return a CompletableFuture");
    }
    return shape;
  }

  private static void checkItems(Method method, String where) {
    for (Class<?> type : method.getParameterTypes()) {
      if (Parameters.isItems(type) && type != Flow.Publisher.class) {
        throw new DeclarationException(
            where
                + ": a caller sends its items from a Flow.Publisher, not a "
                + type.getSimpleName());
      }
      if (Parameters.isItems(type)
          && !ReplyShape.of(method.getGenericReturnType()).form().isStream()) {
        throw new DeclarationException(
            where
                + ": a method that sends items returns a stream, be it of one: a Stream, an Iterator or a Flow.Publisher");
      }
    }
  }

  private static PublishOptions target(
      Method method, ClientOptions options, UnaryOperator<String> resolve, String where) {
    Subscriber[] declared = method.getAnnotationsByType(Subscriber.class);
    if (declared.length > 1) {
      throw new DeclarationException(
          where + ": a client's method goes to one queue; keep one of its @Subscriber annotations");
    }
    String queue = resolve.apply(declared[0].value());
    String topic = resolve.apply(declared[0].topic());
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

  private static String resolved(String text, UnaryOperator<String> placeholders, String where) {
    try {
      return text.isEmpty() ? text : placeholders.apply(text);
    } catch (IllegalArgumentException e) {
      throw new DeclarationException(where + ": " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, @Nullable Object[] arguments) {
    Message<?> message = request.message(arguments);
    if (reply.form() == ReplyShape.Form.NOTHING) {
      publisher.publish(message, target, ours);
      return null;
    }
    return called(message, sending(limit.on(call, request.timeout(arguments)), arguments));
  }

  private <R> CallOptions<R> sending(CallOptions<R> options, @Nullable Object[] arguments) {
    Flow.Publisher<?> items = request.items(arguments);
    return items == null ? options : options.sending(items);
  }

  private <R> @Nullable Object called(Message<?> message, CallOptions<R> options) {
    return switch (reply.form()) {
      case FUTURE ->
          reply.full()
              ? publisher.callAsync(message, options, ours, ClientMethod::withValue)
              : publisher.callAsync(message, options, ours, this::value);
      case VALUE ->
          reply.full()
              ? publisher.request(message, options, ours)
              : value(publisher.request(message, options, ours));
      case STREAM -> streams.stream(message, options, ours);
      case ITERATOR -> streams.iterator(message, options, ours);
      case PUBLISHER -> streams.publisher(message, options, ours);
      case NOTHING -> throw new IllegalStateException(where + " publishes");
    };
  }

  /** A reply whose error, if any, was thrown. */
  private static <R> Reply<R> withValue(Reply<R> reply) {
    reply.value();
    return reply;
  }

  private @Nullable Object value(Reply<?> answer) {
    Object value = answer.value();
    if (value == null && reply.type() == Optional.class) {
      return Optional.empty();
    }
    if (value == null && reply.type() instanceof Class<?> c && c.isPrimitive()) {
      throw new ReplyUnreadableException(
          where + " returns " + c + ", and the reply is null or nothing", null);
    }
    return value;
  }
}
