package dev.parley.engine.client;

import dev.parley.CallOptions;
import dev.parley.HandlerFailedException;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.ReplyUnreadableException;
import dev.parley.engine.contract.ReplyShape;
import dev.parley.engine.contract.TypeResolver;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.stream.ClientStreams;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns one annotated method of a contract into calls; all that can be known before is made once.
 * Immutable; any thread may call it.
 */
final class ClientMethod implements MethodCall {

  private final Publisher publisher;
  private final ClientStreams streams;
  private final String where;
  private final Map<String, String> ours;
  private final RequestShape request;
  private final ReplyShape reply;
  private final PublishOptions target;
  private final CallOptions<?> call;
  private final List<Class<?>> declaredErrors;

  ClientMethod(
      Publisher publisher,
      ClientStreams streams,
      String where,
      Map<String, String> ours,
      RequestShape request,
      ReplyShape reply,
      PublishOptions target,
      CallOptions<?> call,
      List<Class<?>> declaredErrors) {
    this.publisher = publisher;
    this.streams = streams;
    this.where = where;
    this.ours = ours;
    this.request = request;
    this.reply = reply;
    this.target = target;
    this.call = call;
    this.declaredErrors = declaredErrors;
  }

  @Override
  public @Nullable Object invoke(Object proxy, @Nullable Object[] arguments) throws Throwable {
    Message<?> message = request.message(arguments);
    if (reply.form() == ReplyShape.Form.NOTHING) {
      publisher.publish(message, request.limited(target, arguments), ours);
      return null;
    }
    try {
      return called(message, request.options(call, arguments));
    } catch (HandlerFailedException e) {
      throw declared(e);
    }
  }

  private <R> @Nullable Object called(Message<?> message, CallOptions<R> options) {
    return switch (reply.form()) {
      case FUTURE -> future(message, options);
      case VALUE -> content(publisher.request(message, options, ours));
      case STREAM -> streams.stream(message, options, ours);
      case ITERATOR -> streams.iterator(message, options, ours);
      case PUBLISHER -> streams.publisher(message, options, ours);
      case NOTHING -> throw new IllegalStateException(where + " publishes");
    };
  }

  private <R> CompletableFuture<?> future(Message<?> message, CallOptions<R> options) {
    Function<Reply<R>, @Nullable Object> mapper =
        answer -> {
          try {
            return content(answer);
          } catch (HandlerFailedException e) {
            Throwable error = declared(e);
            throw error == e ? e : new CompletionException(error);
          }
        };
    return publisher.callAsync(message, options, ours, mapper);
  }

  /** A checked error that the method declares, as itself. */
  private Throwable declared(HandlerFailedException error) {
    Throwable cause = error.getCause();
    return cause != null && declaredErrors.stream().anyMatch(each -> each.isInstance(cause))
        ? cause
        : error;
  }

  /** What the method returns of a reply; throws its error. */
  private @Nullable Object content(Reply<?> answer) {
    return switch (reply.content()) {
      case VALUE -> value(answer.value());
      case MESSAGE -> message(answer);
      case REPLY -> {
        answer.value();
        yield answer;
      }
    };
  }

  private static Message<?> message(Reply<?> answer) {
    Message<?> message = Message.of(answer.value());
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      message = message.header(header.getKey(), header.getValue());
    }
    return message;
  }

  private @Nullable Object value(@Nullable Object value) {
    if (value != null) {
      return value;
    }
    Type type = reply.type();
    if (TypeResolver.raw(type) == Optional.class) {
      return Optional.empty();
    }
    if (type instanceof Class<?> c && c.isPrimitive()) {
      throw new ReplyUnreadableException(
          where + " returns " + c + ", and the reply is null or nothing", null);
    }
    return null;
  }
}
