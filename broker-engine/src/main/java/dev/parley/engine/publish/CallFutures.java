package dev.parley.engine.publish;

import dev.parley.CallOptions;
import dev.parley.Message;
import dev.parley.PublishFailedException;
import dev.parley.Reply;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls whose end is a future's. Any thread may call it. */
final class CallFutures {

  private final PublishParts parts;
  private final Calls calls;
  private final PublishChain chain;

  CallFutures(PublishParts parts, Calls calls, PublishChain chain) {
    this.parts = parts;
    this.calls = calls;
    this.chain = chain;
  }

  /** Begins a call; the future completes with what {@code mapper} makes of the reply. */
  <R, V> CompletableFuture<V> begin(
      Message<?> message, CallOptions<R> options, Function<Reply<R>, V> mapper) {
    CompletableFuture<V> future = new CompletableFuture<>();
    PendingCall call = calls.beginTimed(message, options);
    var unused =
        call.reply.whenComplete(
            (reply, error) ->
                onCallbackThread(
                    call.scope,
                    () -> {
                      if (error == null) {
                        complete(future, () -> mapper.apply(read(reply, call, options)));
                      } else {
                        settle(future, null, error, call.destination());
                      }
                    }));
    var unusedEnd =
        future.whenComplete(
            (value, error) -> {
              if (!call.reply.isDone()) { // cancelled, or completed by its user
                calls.cancel(call, "The call to " + call.destination() + " was cancelled");
              }
            });
    return future;
  }

  private void onCallbackThread(@Nullable HandlerScope scope, Runnable task) {
    parts.threads().callBack(() -> HandlerScope.run(scope, task));
  }

  private static <V> void complete(CompletableFuture<V> future, Supplier<V> value) {
    try {
      future.complete(value.get());
    } catch (CompletionException e) { // a checked error
      future.completeExceptionally(e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException | Error e) { // of a codec or a mapper: nobody else would tell
      future.completeExceptionally(e);
    }
  }

  private static <V> void settle(
      CompletableFuture<V> future, @Nullable V value, @Nullable Throwable error, String what) {
    if (error == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(Failures.causeOf(error, what));
    }
  }

  /** The same through the interceptors, with headers of ours in the end. */
  <R, V> CompletableFuture<V> intercepted(
      Message<?> message,
      CallOptions<R> options,
      Map<String, String> ours,
      Function<Reply<R>, V> mapper) {
    CompletableFuture<V> outer = new CompletableFuture<>();
    AtomicReference<@Nullable CompletableFuture<Reply<R>>> inner = new AtomicReference<>();
    chain
        .run(
            message,
            options.publishOptions(),
            m -> {
              CompletableFuture<Reply<R>> future =
                  begin(
                      MessageWriter.with(ours, Sends.checked(m, options.publishOptions())),
                      options,
                      reply -> reply);
              inner.set(future);
              if (outer.isDone()) {
                future.cancel(true);
              }
              return future;
            })
        .whenComplete(
            (result, error) -> {
              if (error != null) {
                settle(outer, null, error, options.toString());
              } else {
                complete(outer, () -> mapper.apply(replyOf(result, options)));
              }
            });
    var unused =
        outer.whenComplete(
            (value, error) -> {
              CompletableFuture<Reply<R>> future = inner.get();
              if (future != null) {
                future.cancel(true); // does nothing to one that is done
              }
            });
    return outer;
  }

  @SuppressWarnings(
      "unchecked") // what proceeded was a Reply<R>; an interceptor that changes its type is told
  // below
  private static <R> Reply<R> replyOf(@Nullable Object result, CallOptions<R> options) {
    if (result instanceof Reply<?> reply) {
      return (Reply<R>) reply;
    }
    throw new PublishFailedException(
        "An interceptor of the "
            + options
            + " completed with something that is no Reply: "
            + result,
        true,
        null);
  }

  /** What a call was replied. */
  <R> Reply<R> read(WireMessage reply, PendingCall call, CallOptions<R> options) {
    Duration total = Duration.ofNanos(parts.timer().nanoTime() - call.startNanos);
    return parts.replies().read(reply, options.replyType(), call.options, total);
  }
}
