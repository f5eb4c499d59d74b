package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.CallTimeoutException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.PublishFailedException;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All ways to publish. Any thread may call it. */
public final class Publisher {

  /** Beyond the deadline that the transport keeps itself, before a wait gives up on it. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final Map<String, String> NO_HEADERS = Map.of();

  private final PublishParts parts;
  private final MessageWriter writer;
  private final Calls calls;
  private final PublishChain chain;

  /** With all its parts. */
  public Publisher(PublishParts parts) {
    this.parts = parts;
    this.writer =
        new MessageWriter(
            parts.codecs(), parts.ids(), parts.timer(), parts.maxBytes(), parts.transport());
    this.calls = new Calls(parts, writer);
    this.chain = new PublishChain(parts.interceptors());
  }

  /** Sends and waits for the confirmation. */
  public void publish(@Nullable Object published, PublishOptions options) {
    publish(published, options, NO_HEADERS);
  }

  /** As {@link #publish(Object, PublishOptions)}, with headers of ours. */
  public void publish(
      @Nullable Object published, PublishOptions options, Map<String, String> ours) {
    Failures.await(
        send(published, options, ours), timeout(options).plus(GRACE), "the publish to " + options);
  }

  /** Sends; the future completes with the confirmation. */
  public CompletableFuture<@Nullable Void> publishAsync(
      @Nullable Object published, PublishOptions options) {
    try {
      return detached(send(published, options, NO_HEADERS), options);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Sends a request and waits for the value; null at the deadline, unless the caller wants it
   * raised.
   */
  public <R> @Nullable R call(@Nullable Object published, CallOptions<R> options) {
    if (!chain.isEmpty()) {
      return intercepted(published, options, NO_HEADERS).value(options);
    }
    Message<?> message = prepare(published, options.publishOptions(), NO_HEADERS);
    PendingCall call = calls.begin(message, options);
    WireMessage reply;
    try {
      reply = calls.await(call);
    } catch (CallTimeoutException e) {
      if (options.raisesTimeout()) {
        throw e;
      }
      return null;
    }
    return this.<R>read(reply, call, options).value();
  }

  /** Sends a request and waits for the full reply. */
  public <R> Reply<R> request(@Nullable Object published, CallOptions<R> options) {
    return request(published, options, NO_HEADERS);
  }

  /** As {@link #request(Object, CallOptions)}, with headers of ours. */
  public <R> Reply<R> request(
      @Nullable Object published, CallOptions<R> options, Map<String, String> ours) {
    if (!chain.isEmpty()) {
      return intercepted(published, options, ours).reply();
    }
    Message<?> message = prepare(published, options.publishOptions(), ours);
    PendingCall call = calls.begin(message, options);
    return thrown(read(calls.await(call), call, options));
  }

  /**
   * Sends a request; the future completes with what {@code mapper} makes of the reply, or fails
   * with its error.
   */
  public <R, V> CompletableFuture<V> callAsync(
      @Nullable Object published, CallOptions<R> options, Function<Reply<R>, V> mapper) {
    return callAsync(published, options, NO_HEADERS, mapper);
  }

  /** As {@link #callAsync(Object, CallOptions, Function)}, with headers of ours. */
  public <R, V> CompletableFuture<V> callAsync(
      @Nullable Object published,
      CallOptions<R> options,
      Map<String, String> ours,
      Function<Reply<R>, V> mapper) {
    try {
      Message<?> message = prepare(published, options.publishOptions(), ours);
      if (chain.isEmpty()) {
        return begin(message, options, mapper);
      }
      return interceptedAsync(message, options, mapper);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Sends a request with headers of ours whose replies {@code frames} hears; it has a deadline only
   * where the options, or the handler this thread is in, have one.
   */
  public OpenCall open(
      @Nullable Object published, CallOptions<?> options, Map<String, String> ours, Frames frames) {
    Message<?> message = prepare(published, options.publishOptions(), ours);
    if (chain.isEmpty()) {
      return new OpenCall(calls.open(message, options, frames), calls);
    }
    AtomicReference<@Nullable PendingCall> opened = new AtomicReference<>();
    CompletionStage<?> stage =
        chain.run(
            message,
            options.publishOptions(),
            m -> {
              PendingCall call = calls.open(m, options, frames);
              opened.set(call);
              return call.reply;
            });
    PendingCall call = opened.get();
    if (call == null) {
      throw Failures.unwrap(
          Failures.errorOf(stage, "the " + options), "the interceptors of the " + options);
    }
    return new OpenCall(call, calls);
  }

  /** Fails all calls from outside of handlers. */
  public void closeOutside() {
    calls.closeOutside();
  }

  /** Fails all calls and gives the reply address up. */
  public void close() {
    calls.close();
  }

  /** How many calls wait. */
  public int callsInFlight() {
    return calls.inFlight();
  }

  private Message<?> prepare(
      @Nullable Object published, PublishOptions options, Map<String, String> ours) {
    parts.gate().check("publishing to " + options);
    parts.foreignOptions().check(options.transportOptions(), options.toString());
    options.replyTo().ifPresent(this::checkStarted);
    return writer.normalise(published, options, ours);
  }

  private void checkStarted(String replyTo) {
    if (parts.notStarted().test(replyTo)) {
      throw new IllegalStateException(
          "replyTo(\""
              + replyTo
              + "\") names a queue of this application whose handler is not running yet: call broker.start() first");
    }
  }

  private Duration timeout(PublishOptions options) {
    return options.timeout().orElse(parts.publishTimeout());
  }

  private CompletableFuture<@Nullable Void> send(
      @Nullable Object published, PublishOptions options, Map<String, String> ours) {
    Message<?> message = prepare(published, options, ours);
    if (chain.isEmpty()) {
      return sendNow(message, options);
    }
    return chain
        .run(message, options, m -> sendNow(m, options))
        .toCompletableFuture()
        .thenApply(ignored -> null);
  }

  private CompletableFuture<@Nullable Void> sendNow(Message<?> message, PublishOptions options) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    Outgoing outgoing =
        writer.write(message, options, parts.timer().nanoTime() + timeout(options).toNanos());
    if (!options.requiresHandler()) {
      parts.transport().send(outgoing, result -> sent(done, result, options));
      return done;
    }
    parts
        .transport()
        .probe(outgoing.to())
        .whenComplete(
            (presence, error) -> {
              if (presence == Presence.LIVE) {
                parts.transport().send(outgoing, result -> sent(done, result, options));
              } else {
                parts.counters().add(Counter.PUBLISH_FAILURES);
                done.completeExceptionally(Calls.notLive(presence, error, options.toString()));
              }
            });
    return done;
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
  private CompletableFuture<@Nullable Void> detached(
      CompletableFuture<@Nullable Void> inner, PublishOptions options) {
    CompletableFuture<@Nullable Void> outer = new CompletableFuture<>();
    HandlerScope scope = HandlerScope.current();
    var unused =
        inner.whenComplete(
            (done, error) ->
                onCallbackThread(scope, () -> settle(outer, null, error, options.toString())));
    return outer;
  }

  private <R, V> CompletableFuture<V> begin(
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
                        settle(future, null, error, call.destination);
                      }
                    }));
    cancelWith(
        future, () -> calls.cancel(call, "The call to " + call.destination + " was cancelled"));
    return future;
  }

  private void onCallbackThread(@Nullable HandlerScope scope, Runnable task) {
    parts.threads().callBack(() -> HandlerScope.run(scope, task));
  }

  private static <V> void complete(CompletableFuture<V> future, Supplier<V> value) {
    try {
      future.complete(value.get());
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  private static <V> void settle(
      CompletableFuture<V> future, @Nullable V value, @Nullable Throwable error, String what) {
    if (error == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(Failures.unwrap(error, what));
    }
  }

  private static void cancelWith(CompletableFuture<?> future, Runnable cancel) {
    var unused =
        future.whenComplete(
            (value, error) -> {
              if (future.isCancelled()) {
                cancel.run();
              }
            });
  }

  private <R> Reply<R> read(WireMessage reply, PendingCall call, CallOptions<R> options) {
    Duration total = Duration.ofNanos(parts.timer().nanoTime() - call.startNanos);
    return parts.replies().read(reply, options.replyType(), call.destination, total);
  }

  private static <R> Reply<R> thrown(Reply<R> reply) {
    reply
        .error()
        .ifPresent(
            error -> {
              throw error;
            });
    return reply;
  }

  private <R> InterceptedCall<R> intercepted(
      @Nullable Object published, CallOptions<R> options, Map<String, String> ours) {
    CompletableFuture<Reply<R>> future = callAsync(published, options, ours, reply -> reply);
    return new InterceptedCall<>(
        future, options, options.timeout().orElse(parts.callTimeout()).plus(GRACE));
  }

  /** A blocking call through interceptors: the future ends by itself at the call's deadline. */
  private record InterceptedCall<R>(
      CompletableFuture<Reply<R>> future, CallOptions<R> options, Duration limit) {

    @Nullable R value(CallOptions<R> call) {
      try {
        return reply().value();
      } catch (CallTimeoutException e) {
        if (call.raisesTimeout()) {
          throw e;
        }
        return null;
      }
    }

    Reply<R> reply() {
      try {
        return thrown(
            options.isUnlimited()
                ? future.get()
                : future.get(limit.toNanos(), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        future.cancel(true);
        throw new PublishFailedException(
            "An interceptor did not complete the " + options + " within " + limit, true, e);
      } catch (InterruptedException e) {
        future.cancel(true);
        Thread.currentThread().interrupt();
        throw new BrokerException(
            ErrorCode.CANCELLED,
            "The thread was interrupted while it waited for the " + options,
            e);
      } catch (ExecutionException e) {
        throw Failures.unwrap(e, options.toString());
      }
    }
  }

  private <R, V> CompletableFuture<V> interceptedAsync(
      Message<?> message, CallOptions<R> options, Function<Reply<R>, V> mapper) {
    CompletableFuture<V> outer = new CompletableFuture<>();
    AtomicReference<@Nullable CompletableFuture<Reply<R>>> inner = new AtomicReference<>();
    chain
        .run(
            message,
            options.publishOptions(),
            m -> {
              CompletableFuture<Reply<R>> future = begin(m, options, reply -> reply);
              inner.set(future);
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
    cancelWith(
        outer,
        () -> {
          CompletableFuture<Reply<R>> future = inner.get();
          if (future != null) {
            future.cancel(true);
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
}
