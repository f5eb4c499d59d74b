package dev.parley.test;

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
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A broker that hands everything to another, but for start and close. Has no state. */
abstract class DelegatingBroker implements Broker {

  /** The one that does it. */
  abstract Broker broker();

  @Override
  public void publish(@Nullable Object message, PublishOptions options) {
    broker().publish(message, options);
  }

  @Override
  public <R> @Nullable R publish(@Nullable Object message, CallOptions<R> call) {
    return broker().publish(message, call);
  }

  @Override
  public CompletableFuture<@Nullable Void> publishAsync(
      @Nullable Object message, PublishOptions options) {
    return broker().publishAsync(message, options);
  }

  @Override
  public <R> CompletableFuture<@Nullable R> publishAsync(
      @Nullable Object message, CallOptions<R> call) {
    return broker().publishAsync(message, call);
  }

  @Override
  public <R> Reply<R> request(@Nullable Object message, CallOptions<R> call) {
    return broker().request(message, call);
  }

  @Override
  public <R> CompletableFuture<Reply<R>> requestAsync(
      @Nullable Object message, CallOptions<R> call) {
    return broker().requestAsync(message, call);
  }

  @Override
  public <R> Stream<R> stream(@Nullable Object message, CallOptions<R> call) {
    return broker().stream(message, call);
  }

  @Override
  public <R> Flow.Publisher<R> streamAsync(@Nullable Object message, CallOptions<R> call) {
    return broker().streamAsync(message, call);
  }

  @Override
  public <R> List<Reply<R>> gather(
      @Nullable Object message, CallOptions<R> call, Predicate<List<Reply<R>>> enough) {
    return broker().gather(message, call, enough);
  }

  @Override
  public <R> CompletableFuture<List<Reply<R>>> gatherAsync(
      @Nullable Object message, CallOptions<R> call, Predicate<List<Reply<R>>> enough) {
    return broker().gatherAsync(message, call, enough);
  }

  @Override
  public Executor executor() {
    return broker().executor();
  }

  @Override
  public <C> C client(Class<C> contract, ClientOptions options) {
    return broker().client(contract, options);
  }

  @Override
  public void declare(String queue, Object... options) {
    broker().declare(queue, options);
  }

  @Override
  public void declareTopic(String topic, Object... options) {
    broker().declareTopic(topic, options);
  }

  @Override
  public DeadLetters deadLetters(String queueOrTopic) {
    return broker().deadLetters(queueOrTopic);
  }

  @Override
  public void declareGroup(String topic, String group, Object... options) {
    broker().declareGroup(topic, group, options);
  }

  @Override
  public List<Subscription> subscriptions() {
    return broker().subscriptions();
  }

  @Override
  public Optional<Subscription> subscription(String name) {
    return broker().subscription(name);
  }

  @Override
  public Counters counters() {
    return broker().counters();
  }

  @Override
  public Health health() {
    return broker().health();
  }

  @Override
  public String name() {
    return broker().name();
  }

  @Override
  public void close(Duration limit) {
    broker().close(limit);
  }

  @Override
  public List<Subscription> register(Object handlers) {
    return broker().register(handlers);
  }

  @Override
  public <T, R> Subscription subscribe(String queue, Class<T> type, Handler<T, R> handler) {
    return broker().subscribe(queue, type, handler);
  }

  @Override
  public <T, R> Subscription subscribe(
      SubscribeOptions options, Class<T> type, Handler<T, R> handler) {
    return broker().subscribe(options, type, handler);
  }

  @Override
  public <T, R> Subscription subscribe(
      SubscribeOptions options, TypeRef<T> type, Handler<T, R> handler) {
    return broker().subscribe(options, type, handler);
  }

  @Override
  public <T> Subscription consume(String queue, Class<T> type, Handler.NoReply<T> handler) {
    return broker().consume(queue, type, handler);
  }

  @Override
  public <T> Subscription consume(
      SubscribeOptions options, Class<T> type, Handler.NoReply<T> handler) {
    return broker().consume(options, type, handler);
  }

  @Override
  public <T> Subscription consume(
      SubscribeOptions options, TypeRef<T> type, Handler.NoReply<T> handler) {
    return broker().consume(options, type, handler);
  }

  @Override
  public Handlers group(String prefix, HandleInterceptor... interceptors) {
    return broker().group(prefix, interceptors);
  }
}
