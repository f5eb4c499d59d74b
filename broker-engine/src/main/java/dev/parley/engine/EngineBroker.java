package dev.parley.engine;

import dev.parley.Broker;
import dev.parley.CallOptions;
import dev.parley.ClientOptions;
import dev.parley.Counters;
import dev.parley.DeadLetters;
import dev.parley.HandleInterceptor;
import dev.parley.Handler;
import dev.parley.Handlers;
import dev.parley.Health;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.SubscriptionState;
import dev.parley.TypeRef;
import dev.parley.engine.client.Clients;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.handle.HandlerRegistry;
import dev.parley.engine.handle.HandlerSubscription;
import dev.parley.engine.publish.Gathering;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineSettings;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.stream.ClientStreams;
import dev.parley.spi.ConnectionState;
import dev.parley.spi.Settings;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import dev.parley.spi.WireReader;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The broker object: hands each call to the part that does it. Immutable; any thread may call it.
 */
final class EngineBroker implements Broker, WireReader {

  private final String name;
  private final HandlerRegistry registry;
  private final Publisher publisher;
  private final ClientStreams streams;
  private final Gathering gathering;
  private final EngineThreads threads;
  private final Clients clients;
  private final Lifecycle lifecycle;
  private final Declarations declarations;
  private final Function<String, DeadLetters> deadLetters;
  private final CounterBoard counters;
  private final ConnectionBoard connections;
  private final IntSupplier unconfirmed;
  private final Settings settings;
  private final Handlers handlers;
  private final Codecs codecs;

  EngineBroker(
      String name,
      HandlerRegistry registry,
      Publisher publisher,
      ClientStreams streams,
      Gathering gathering,
      EngineThreads threads,
      Clients clients,
      Lifecycle lifecycle,
      Declarations declarations,
      Function<String, DeadLetters> deadLetters,
      CounterBoard counters,
      ConnectionBoard connections,
      IntSupplier unconfirmed,
      Settings settings,
      List<HandleInterceptor> interceptors,
      Codecs codecs) {
    this.name = name;
    this.registry = registry;
    this.publisher = publisher;
    this.streams = streams;
    this.gathering = gathering;
    this.threads = threads;
    this.clients = clients;
    this.lifecycle = lifecycle;
    this.declarations = declarations;
    this.deadLetters = deadLetters;
    this.counters = counters;
    this.connections = connections;
    this.unconfirmed = unconfirmed;
    this.settings = settings;
    this.handlers = new RegisteringHandlers(registry, "", interceptors);
    this.codecs = codecs;
  }

  @Override
  public void publish(@Nullable Object message, PublishOptions options) {
    publisher.publish(message, options);
  }

  @Override
  public <R> @Nullable R publish(@Nullable Object message, CallOptions<R> call) {
    return publisher.call(message, call);
  }

  @Override
  public CompletableFuture<@Nullable Void> publishAsync(
      @Nullable Object message, PublishOptions options) {
    return publisher.publishAsync(message, options);
  }

  @Override
  public <R> CompletableFuture<@Nullable R> publishAsync(
      @Nullable Object message, CallOptions<R> call) {
    return publisher.callAsync(message, call, Reply::value);
  }

  @Override
  public <R> Reply<R> request(@Nullable Object message, CallOptions<R> call) {
    return publisher.request(message, call);
  }

  @Override
  public <R> CompletableFuture<Reply<R>> requestAsync(
      @Nullable Object message, CallOptions<R> call) {
    return publisher.callAsync(message, call, EngineBroker::withValue);
  }

  /** A reply whose error, if any, was thrown, so that the future fails with it. */
  private static <R> Reply<R> withValue(Reply<R> reply) {
    reply.value();
    return reply;
  }

  @Override
  public <R> Stream<R> stream(@Nullable Object message, CallOptions<R> call) {
    return streams.stream(message, call, Map.of());
  }

  @Override
  public <R> Flow.Publisher<R> streamAsync(@Nullable Object message, CallOptions<R> call) {
    return streams.publisher(message, call, Map.of());
  }

  @Override
  public Executor executor() {
    return task -> {
      HandlerScope scope = HandlerScope.current();
      threads.runBeside(() -> HandlerScope.run(scope, task));
    };
  }

  @Override
  public <R> List<Reply<R>> gather(
      @Nullable Object message, CallOptions<R> call, Predicate<List<Reply<R>>> enough) {
    return gathering.gather(message, call, enough);
  }

  @Override
  public <R> CompletableFuture<List<Reply<R>>> gatherAsync(
      @Nullable Object message, CallOptions<R> call, Predicate<List<Reply<R>>> enough) {
    return gathering.gatherAsync(message, call, enough);
  }

  @Override
  public <C> C client(Class<C> contract, ClientOptions options) {
    return clients.create(contract, options);
  }

  @Override
  public void declare(String queue, Object... options) {
    declarations.declare(Source.queue(queue), options);
  }

  @Override
  public void declareTopic(String topic, Object... options) {
    declarations.declare(Source.topic(topic), options);
  }

  @Override
  public void declareGroup(String topic, String group, Object... options) {
    declarations.declare(Source.group(topic, group), options);
  }

  @Override
  public DeadLetters deadLetters(String queueOrTopic) {
    return deadLetters.apply(queueOrTopic);
  }

  @Override
  public List<Subscription> subscriptions() {
    return List.copyOf(registry.all());
  }

  @Override
  public Optional<Subscription> subscription(String subscriptionName) {
    return registry.find(subscriptionName).map(found -> found);
  }

  @Override
  public void start() {
    lifecycle.start();
  }

  @Override
  public Counters counters() {
    return counters.snapshot(publisher.callsInFlight());
  }

  @Override
  public Health health() {
    List<Health.Subscription> consuming =
        registry.all().stream().map(HandlerSubscription::health).toList();
    int unsettled = consuming.stream().mapToInt(Health.Subscription::inFlight).sum();
    List<Health.Connection> connected = connections.snapshot(unconfirmed.getAsInt(), unsettled);
    return new Health(connected, consuming.stream().map(each -> waiting(each, connected)).toList());
  }

  /** What waits for its first connection has the error of that connection. */
  private static Health.Subscription waiting(
      Health.Subscription subscription, List<Health.Connection> connected) {
    if (subscription.state() != SubscriptionState.STARTING || subscription.lastError() != null) {
      return subscription;
    }
    String error =
        connected.stream()
            .filter(each -> each.state() != ConnectionState.UP)
            .map(Health.Connection::lastError)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return new Health.Subscription(
        subscription.name(),
        subscription.state(),
        subscription.since(),
        subscription.inFlight(),
        error);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    lifecycle.close(settings.get(EngineSettings.CLOSE_TIMEOUT));
  }

  @Override
  public void close(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("the limit for close must be zero or more, was " + limit);
    }
    lifecycle.close(limit);
  }

  @Override
  public List<Subscription> register(Object object) {
    return handlers.register(object);
  }

  @Override
  public <T, R> Subscription subscribe(String queue, Class<T> type, Handler<T, R> handler) {
    return handlers.subscribe(queue, type, handler);
  }

  @Override
  public <T, R> Subscription subscribe(
      SubscribeOptions options, Class<T> type, Handler<T, R> handler) {
    return handlers.subscribe(options, type, handler);
  }

  @Override
  public <T, R> Subscription subscribe(
      SubscribeOptions options, TypeRef<T> type, Handler<T, R> handler) {
    return handlers.subscribe(options, type, handler);
  }

  @Override
  public <T> Subscription consume(String queue, Class<T> type, Handler.NoReply<T> handler) {
    return handlers.consume(queue, type, handler);
  }

  @Override
  public <T> Subscription consume(
      SubscribeOptions options, Class<T> type, Handler.NoReply<T> handler) {
    return handlers.consume(options, type, handler);
  }

  @Override
  public <T> Subscription consume(
      SubscribeOptions options, TypeRef<T> type, Handler.NoReply<T> handler) {
    return handlers.consume(options, type, handler);
  }

  @Override
  public Handlers group(String prefix, HandleInterceptor... interceptors) {
    return handlers.group(prefix, interceptors);
  }

  @Override
  public @Nullable Object read(WireMessage message, Type type) {
    return codecs.reader(type).read(message.body(), message.contentType());
  }

  @Override
  public String toString() {
    return "Broker[" + name + "]";
  }
}
