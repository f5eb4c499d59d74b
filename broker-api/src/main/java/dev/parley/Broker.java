package dev.parley;

import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
   * Sends a request and returns the items of its reply as they come, each waited for when the
   * stream is read. Closing the stream ends the call and stops the server; a stream read to its end
   * needs no closing, and one that is given up ends its call when it is garbage collected.
   *
   * <p>A failure is thrown where the next item would be, after those that came before. A handler
   * that replies with one value is a stream of one.
   */
  <R> Stream<R> stream(@Nullable Object message, CallOptions<R> call);

  /**
   * As {@link #stream} for a reactive library: each subscription sends the request and is a call of
   * its own. The server sends no more than {@link CallOptions#credit} items ahead of what the
   * subscriber requested. The subscriber never runs on a thread that reads replies. Never throws:
   * the subscriber is told.
   */
  <R> Flow.Publisher<R> streamAsync(@Nullable Object message, CallOptions<R> call);

  /**
   * Sends one request, as a rule to a topic, and gathers the replies of all its groups and
   * broadcast instances until the time limit of the call (default {@code call.timeout}, 30 seconds;
   * {@link CallOptions#noTimeout()} is a mistake): in the order in which they come, error replies
   * among them.
   *
   * <p>Of a message that is delivered twice the first reply counts. Duplicates, and what comes
   * later, are counted as {@link Counter#REPLIES_DISCARDED}.
   *
   * @return what came; empty when nothing did
   * @throws BrokerException with {@link ErrorCode#CONNECTION_LOST} when replies can no longer come,
   *     {@link ErrorCode#OVERLOADED} when there are more than {@code call.gather-limit} (10,000),
   *     and as {@link #request} when the request cannot be sent
   */
  default <R> List<Reply<R>> gather(@Nullable Object message, CallOptions<R> call) {
    return gather(message, call, replies -> false);
  }

  /** As {@link #gather(Object, CallOptions)}, until there are that many replies. */
  default <R> List<Reply<R>> gather(@Nullable Object message, CallOptions<R> call, int count) {
    return gather(message, call, atLeast(count));
  }

  private static <R> Predicate<List<R>> atLeast(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be 1 or more, was " + count);
    }
    return replies -> replies.size() >= count;
  }

  /**
   * As {@link #gather(Object, CallOptions)}, until the replies so far are enough: tested after each
   * of them, one at a time, never on a thread that reads replies. The list is for that test only.
   */
  <R> List<Reply<R>> gather(
      @Nullable Object message, CallOptions<R> call, Predicate<List<Reply<R>>> enough);

  /** As {@link #gather(Object, CallOptions)} without waiting. Never throws. */
  default <R> CompletableFuture<List<Reply<R>>> gatherAsync(
      @Nullable Object message, CallOptions<R> call) {
    return gatherAsync(message, call, replies -> false);
  }

  /** As {@link #gather(Object, CallOptions, int)} without waiting. Never throws. */
  default <R> CompletableFuture<List<Reply<R>>> gatherAsync(
      @Nullable Object message, CallOptions<R> call, int count) {
    try {
      return gatherAsync(message, call, atLeast(count));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * As {@link #gather(Object, CallOptions, Predicate)} without waiting. Never throws. Cancelling
   * the future, or completing it in another way, ends the call.
   */
  <R> CompletableFuture<List<Reply<R>>> gatherAsync(
      @Nullable Object message, CallOptions<R> call, Predicate<List<Reply<R>>> enough);

  /**
   * Runs tasks on threads of this broker, for the handler that gives them: calls made there inherit
   * its deadline, and are still possible while the broker drains. Virtual threads on Java 21 and
   * later, before that 256 at most; with all of them busy the caller runs its task.
   */
  Executor executor();

  /**
   * A client whose methods call the handlers that its interface declares: see {@link #client(Class,
   * ClientOptions)}.
   */
  default <C> C client(Class<C> contract) {
    return client(contract, ClientOptions.defaults());
  }

  /**
   * A client whose methods call the handlers that its interface declares with {@link Subscriber},
   * the same one that the server implements.
   *
   * <p>{@code void} publishes and returns when the broker has confirmed; a value, {@code Optional},
   * {@link Reply}, {@link Message} or {@code CompletableFuture} of one of them is a call, which
   * fails with {@link CallTimeoutException} at its limit; {@code Stream}, {@code Iterator} and
   * {@code Flow.Publisher} are many replies. One parameter is the body; several travel as a JSON
   * object by their names; {@link Header} and {@link Timeout} mark others. Default methods without
   * annotation run here. Thread-safe, cheap, and to be kept; there is nothing to close.
   *
   * @throws DeclarationException if one of the methods cannot work; it names the remedy
   */
  <C> C client(Class<C> contract, ClientOptions options);

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

  /**
   * The dead letters of that queue, or of that topic's groups: to be listed, and to be tried again.
   * Does not connect.
   */
  DeadLetters deadLetters(String queueOrTopic);

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

    /**
     * What tells the time of day, for the times that go out with messages; no limit and no delay is
     * measured with it. Default: the system's clock. For tests.
     */
    Builder clock(InstantSource clock);

    /** A codec, before the built-in ones and after those added earlier. */
    Builder codec(Codec codec);

    /** An interceptor around every publish; the first one added is the outermost. */
    Builder intercept(PublishInterceptor interceptor);

    /** An interceptor around every handler; the first one added is the outermost. */
    Builder intercept(HandleInterceptor interceptor);

    /**
     * An error that travels by name: thrown by a handler it, or a subclass, is sent under that
     * name; received it is rebuilt from its message and thrown as itself. A checked one is so where
     * the method of a {@linkplain Broker#client typed client} declares it; elsewhere it is the
     * cause of a {@link HandlerFailedException}. Nothing else ever names a class on the wire.
     */
    <E extends Exception> Builder error(String name, Class<E> type, Function<String, E> factory);

    /** Builds it; throws {@link ConfigurationException} with all mistakes. Does not connect. */
    Broker build();
  }
}
