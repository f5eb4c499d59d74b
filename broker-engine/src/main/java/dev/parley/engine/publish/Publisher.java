package dev.parley.engine.publish;

import dev.parley.CallOptions;
import dev.parley.CallTimeoutException;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.engine.runtime.Durations;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All ways to publish. Any thread may call it. */
public final class Publisher {

  /** Beyond the deadline that the transport keeps itself, before a wait gives up on it. */
  static final Duration GRACE = Duration.ofSeconds(1);

  private static final Map<String, String> NO_HEADERS = Map.of();

  private final PublishParts parts;
  private final MessageWriter writer;
  private final Calls calls;
  private final Sends sends;
  private final PublishChain chain;
  private final CallFutures futures;

  /** With all its parts. */
  public Publisher(PublishParts parts) {
    this.parts = parts;
    this.writer =
        new MessageWriter(
            parts.codecs(),
            parts.ids(),
            parts.timer(),
            parts.clock(),
            parts.maxBytes(),
            parts.transport(),
            parts.heartbeat());
    this.calls = new Calls(parts, writer);
    this.chain = new PublishChain(parts.interceptors());
    this.sends = new Sends(parts, writer, chain);
    this.futures = new CallFutures(parts, calls, chain);
  }

  /** Sends and waits for the confirmation. */
  public void publish(@Nullable Object published, PublishOptions options) {
    publish(published, options, NO_HEADERS);
  }

  /** As {@link #publish(Object, PublishOptions)}, with headers of ours. */
  public void publish(
      @Nullable Object published, PublishOptions options, Map<String, String> ours) {
    Failures.await(
        sends.send(prepare(published, options), options, ours),
        Durations.capped(sends.timeout(options)).plus(GRACE),
        "the publish to " + options);
  }

  /** Sends; the future completes with the confirmation. */
  public CompletableFuture<@Nullable Void> publishAsync(
      @Nullable Object published, PublishOptions options) {
    try {
      return sends.detached(sends.send(prepare(published, options), options, NO_HEADERS), options);
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
    Message<?> message = prepare(published, options.publishOptions());
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
    return futures.<R>read(reply, call, options).value();
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
    Message<?> message = prepare(published, options.publishOptions());
    PendingCall call = calls.begin(MessageWriter.with(ours, message), options);
    return thrown(futures.read(calls.await(call), call, options));
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
      Message<?> message = prepare(published, options.publishOptions());
      if (chain.isEmpty()) {
        return futures.begin(MessageWriter.with(ours, message), options, mapper);
      }
      return futures.intercepted(message, options, ours, mapper);
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
    Message<?> message = prepare(published, options.publishOptions());
    if (chain.isEmpty()) {
      return new OpenCall(calls.open(MessageWriter.with(ours, message), options, frames), calls);
    }
    AtomicReference<@Nullable PendingCall> opened = new AtomicReference<>();
    CompletionStage<?> stage =
        chain.run(
            message,
            options.publishOptions(),
            m -> {
              Message<?> checked = Sends.checked(m, options.publishOptions());
              PendingCall call = calls.open(MessageWriter.with(ours, checked), options, frames);
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

  private Message<?> prepare(@Nullable Object published, PublishOptions options) {
    if (!parts.gate().isOpen()) {
      parts.gate().check("publishing to " + options);
    }
    if (!options.transportOptions().isEmpty()) {
      parts.foreignOptions().check(options.transportOptions(), options.toString());
    }
    options.replyTo().ifPresent(this::checkStarted);
    return writer.normalise(published, options);
  }

  private void checkStarted(String replyTo) {
    if (parts.notStarted().test(replyTo)) {
      throw new IllegalStateException(
          "replyTo(\""
              + replyTo
              + "\") names a queue of this application whose handler is not running yet: call broker.start() first");
    }
  }

  static <R> Reply<R> thrown(Reply<R> reply) {
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
        future,
        options,
        Durations.capped(options.timeout().orElse(parts.callTimeout())).plus(GRACE));
  }
}
