package dev.parley.engine.publish;

import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.PublishFailedException;
import dev.parley.PublishOptions;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.wire.HeaderRules;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends messages nobody waits for an answer to. Any thread may call it. */
final class Sends {

  private final PublishParts parts;
  private final MessageWriter writer;
  private final PublishChain chain;

  Sends(PublishParts parts, MessageWriter writer, PublishChain chain) {
    this.parts = parts;
    this.writer = writer;
    this.chain = chain;
  }

  /** How long the confirmation may take. */
  Duration timeout(PublishOptions options) {
    return options.timeout().orElse(parts.publishTimeout());
  }

  /**
   * Sends through the interceptors, with headers of ours in the end; completes on a thread of the
   * transport's, or at once.
   */
  CompletableFuture<@Nullable Void> send(
      Message<?> message, PublishOptions options, Map<String, String> ours) {
    if (chain.isEmpty()) {
      return sendNow(MessageWriter.with(ours, message), options);
    }
    return chain
        .run(
            message,
            options,
            m -> {
              Message<?> complete = MessageWriter.with(ours, checked(m, options));
              return detached(sendNow(complete, options), options);
            })
        .toCompletableFuture()
        .thenApply(ignored -> null);
  }

  private CompletableFuture<@Nullable Void> sendNow(Message<?> message, PublishOptions options) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    Outgoing outgoing =
        writer.write(
            message, options, parts.timer().nanoTime() + Durations.nanos(timeout(options)));
    if (!options.requiresHandler()) {
      parts.transport().send(outgoing, result -> sent(done, result, options));
      return done;
    }
    sendIfLive(outgoing, done, options);
    return done;
  }

  private void sendIfLive(
      Outgoing outgoing, CompletableFuture<@Nullable Void> done, PublishOptions options) {
    Scheduler.Task limit =
        parts
            .timer()
            .schedule(timeout(options), () -> done.completeExceptionally(unasked(options)));
    parts
        .transport()
        .probe(outgoing.to())
        .whenComplete(
            (presence, error) -> {
              limit.cancel();
              if (done.isDone()) {
                return; // it took too long, and the caller was told that nothing was sent
              }
              if (presence == Presence.LIVE) {
                parts.transport().send(outgoing, result -> sent(done, result, options));
              } else {
                parts.counters().add(Counter.PUBLISH_FAILURES);
                done.completeExceptionally(
                    RequestSender.notLive(presence, error, options.toString()));
              }
            });
  }

  private PublishFailedException unasked(PublishOptions options) {
    return new PublishFailedException(
        "Nothing was sent to "
            + options
            + ": the broker did not tell within "
            + timeout(options)
            + " whether it has a live consumer, and requireHandler() was asked for",
        false,
        null);
  }

  /** What an interceptor passes on must keep the rules as well. */
  static Message<?> checked(Message<?> message, PublishOptions options) {
    HeaderRules.check(message.headers(), options);
    return message;
  }

  private void sent(
      CompletableFuture<@Nullable Void> done, SendResult result, PublishOptions options) {
    if (result.confirmed()) {
      parts.counters().add(Counter.PUBLISHED);
      done.complete(null);
    } else {
      parts.counters().add(Counter.PUBLISH_FAILURES);
      done.completeExceptionally(Failures.ofSend(result, options.toString()));
    }
  }

  /** A future for the user, completed on a thread of ours that may run user code. */
  CompletableFuture<@Nullable Void> detached(
      CompletableFuture<@Nullable Void> inner, PublishOptions options) {
    CompletableFuture<@Nullable Void> outer = new CompletableFuture<>();
    HandlerScope scope = HandlerScope.current();
    var unused =
        inner.whenComplete(
            (done, error) ->
                parts
                    .threads()
                    .callBack(() -> HandlerScope.run(scope, () -> settle(outer, error, options))));
    return outer;
  }

  private static void settle(
      CompletableFuture<@Nullable Void> future, @Nullable Throwable error, PublishOptions options) {
    if (error == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(Failures.causeOf(error, options.toString()));
    }
  }
}
