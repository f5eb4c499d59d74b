package dev.parley;

import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One broker: publish, call, and handle messages. Works without handlers as a client and connects
 * on first use. Thread-safe.
 *
 * <p>All failures of publishing are {@link BrokerException}s with a code, except a mistake of the
 * caller, which is {@link IllegalArgumentException} or {@link IllegalStateException}, and an error
 * registered by name, which is rebuilt as its own type.
 */
public interface Broker extends Handlers, AutoCloseable {

  /**
   * A broker for that URL, all else by default: {@code memory:}, {@code
   * amqp://guest:guest@localhost}. Does not connect.
   */
  static Broker of(String url) {
    return builder().url(url).build();
  }

  /**
   * A broker as configured. Does not connect. Throws {@link ConfigurationException} with all
   * mistakes.
   */
  static Broker of(Configuration configuration) {
    return builder().configuration(configuration).build();
  }

  /** For more than an URL. */
  static Builder builder() {
    return BrokerProvider.find().builder();
  }

  /**
   * Sends a message, and returns when the broker has confirmed it.
   *
   * @param message a body, a {@link Message}, or the client library's own message; null travels as
   *     JSON {@code null}
   * @throws BrokerException with {@link ErrorCode#NO_HANDLER}, {@link ErrorCode#PUBLISH_FAILED} or
   *     {@link ErrorCode#CLOSED}
   */
  void publish(@Nullable Object message, PublishOptions options);

  /**
   * Sends a request and waits for its reply.
   *
   * @return the reply; null when the handler replied null or nothing, and when the request was
   *     confirmed and nothing came until the deadline (unless {@link CallOptions#raiseTimeout()})
   */
  <R> @Nullable R publish(@Nullable Object message, CallOptions<R> call);

  /**
   * As {@link #publish(Object, PublishOptions)} without waiting. Never throws: the future fails.
   */
  CompletableFuture<@Nullable Void> publishAsync(@Nullable Object message, PublishOptions options);

  /**
   * As {@link #publish(Object, CallOptions)} without waiting. Never throws: the future fails, at
   * the deadline with {@link CallTimeoutException}. Cancelling it ends the call. What depends on it
   * never runs on a thread that reads replies.
   */
  <R> CompletableFuture<@Nullable R> publishAsync(@Nullable Object message, CallOptions<R> call);

  /**
   * Sends a request and waits for its full reply, with headers and timings. Failures throw, the
   * deadline always.
   */
  <R> Reply<R> request(@Nullable Object message, CallOptions<R> call);

  /**
   * As {@link #request} without waiting. Never throws: the future fails. Cancelling it ends the
   * call.
   */
  <R> CompletableFuture<Reply<R>> requestAsync(@Nullable Object message, CallOptions<R> call);

  /**
   * Makes a queue exist, so that work can wait for the first handler. Options are those of the
   * transport's own module.
   */
  void declare(String queue, Object... options);

  /** Makes a topic exist. Options are those of the transport's own module. */
  void declareTopic(String topic, Object... options);

  /** Makes a group of a topic exist, so that messages wait for its first handler. */
  void declareGroup(String topic, String group, Object... options);

  /** All subscriptions, in the order of their registration. */
  List<Subscription> subscriptions();

  /** The subscription of that name. */
  Optional<Subscription> subscription(String name);

  /**
   * Starts the handlers, and returns when all of them are consuming; those registered later start
   * by themselves. Idempotent.
   *
   * @throws BrokerException with {@link ErrorCode#CONNECTION_LOST} when they are not after {@code
   *     start.timeout} (30 seconds), unless {@code start.wait} is false
   */
  void start();

  /** What was counted so far. */
  Counters counters();

  /** The state of each connection and subscription. */
  Health health();

  /** The name of this instance, unique: what replies tell as server. */
  String name();

  /** As {@link #close(Duration)} with the setting {@code close.timeout} (30 seconds). */
  @Override
  void close();

  /**
   * Drains and ends: new publishes and pending calls from outside fail with {@link
   * ErrorCode#CLOSED}, fetching stops, running handlers finish within the limit with calls of their
   * own, messages not begun are handed back; at the limit handlers are interrupted and their
   * messages released. Idempotent. Called in a handler it returns at once and drains behind.
   */
  void close(Duration limit);

  /** Makes a {@link Broker}. Not thread-safe. */
  interface Builder {

    /** The setting {@code broker.url}, above all other sources. */
    Builder url(String url);

    /** One setting, above all other sources. */
    Builder setting(String key, String value);

    /**
     * The settings. Default: none, so that all have their defaults; {@link Configuration#load}
     * reads files and environment.
     */
    Builder configuration(Configuration configuration);

    /**
     * A transport made by hand, in place of the one that {@code broker.url} names. The broker
     * closes it.
     */
    Builder transport(Function<TransportContext, Transport> transport);

    /** A codec, before the built-in ones and after those added earlier. */
    Builder codec(Codec codec);

    /** An interceptor around every publish; the first one added is the outermost. */
    Builder intercept(PublishInterceptor interceptor);

    /** An interceptor around every handler; the first one added is the outermost. */
    Builder intercept(HandleInterceptor interceptor);

    /**
     * An error that travels by name: thrown by a handler it is sent under that name, received it is
     * rebuilt from its message. Nothing else ever names a class on the wire.
     */
    <E extends RuntimeException> Builder error(
        String name, Class<E> type, Function<String, E> factory);

    /** Builds it; throws {@link ConfigurationException} with all mistakes. Does not connect. */
    Broker build();
  }
}
