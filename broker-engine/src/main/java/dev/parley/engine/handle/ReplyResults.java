package dev.parley.engine.handle;

import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.engine.contract.ReplyShape;
import dev.parley.engine.wire.HeaderRules;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Handlers that return a {@link Reply}: its value is sent with its headers, its error thrown. */
final class ReplyResults {

  private ReplyResults() {}

  /** The invoker of a handler with that return type, which returns what can be sent. */
  static Invoker sendable(Invoker invoker, Type returned) {
    ReplyShape shape = ReplyShape.of(returned);
    if (shape.content() != ReplyShape.Content.REPLY) {
      return invoker;
    }
    return arguments -> {
      Object result = invoker.invoke(arguments);
      return result instanceof CompletionStage<?> stage
          ? stage.thenApply(ReplyResults::message)
          : message(result);
    };
  }

  private static @Nullable Object message(@Nullable Object result) {
    if (!(result instanceof Reply<?> reply)) {
      return result;
    }
    Message<?> message = Message.of(reply.value());
    for (Map.Entry<String, String> header : HeaderRules.passedOn(reply.headers()).entrySet()) {
      message = message.header(header.getKey(), header.getValue());
    }
    return message;
  }
}
