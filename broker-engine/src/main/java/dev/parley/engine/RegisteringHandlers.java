package dev.parley.engine;

import dev.parley.HandleInterceptor;
import dev.parley.Handler;
import dev.parley.Handlers;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.TypeRef;
import dev.parley.engine.handle.HandlerRegistry;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Registers handlers under a prefix and inside of interceptors. Immutable; any thread may call it.
 */
final class RegisteringHandlers implements Handlers {

  private final HandlerRegistry registry;
  private final String prefix;
  private final List<HandleInterceptor> interceptors;

  RegisteringHandlers(
      HandlerRegistry registry, String prefix, List<HandleInterceptor> interceptors) {
    this.registry = registry;
    this.prefix = prefix;
    this.interceptors = List.copyOf(interceptors);
  }

  @Override
  public List<Subscription> register(Object handlers) {
    return List.copyOf(registry.register(handlers, prefix, interceptors));
  }

  @Override
  public <T, R> Subscription subscribe(String queue, Class<T> type, Handler<T, R> handler) {
    return add(SubscribeOptions.queue(queue), type, handler);
  }

  @Override
  public <T, R> Subscription subscribe(
      SubscribeOptions options, Class<T> type, Handler<T, R> handler) {
    return add(options, type, handler);
  }

  @Override
  public <T, R> Subscription subscribe(
      SubscribeOptions options, TypeRef<T> type, Handler<T, R> handler) {
    return add(options, type.type(), handler);
  }

  @Override
  public <T> Subscription consume(String queue, Class<T> type, Handler.NoReply<T> handler) {
    return addVoid(SubscribeOptions.queue(queue), type, handler);
  }

  @Override
  public <T> Subscription consume(
      SubscribeOptions options, Class<T> type, Handler.NoReply<T> handler) {
    return addVoid(options, type, handler);
  }

  @Override
  public <T> Subscription consume(
      SubscribeOptions options, TypeRef<T> type, Handler.NoReply<T> handler) {
    return addVoid(options, type.type(), handler);
  }

  @Override
  public Handlers group(String groupPrefix, HandleInterceptor... groupInterceptors) {
    List<HandleInterceptor> all = new ArrayList<>(interceptors);
    all.addAll(List.of(groupInterceptors));
    return new RegisteringHandlers(registry, prefix + groupPrefix, all);
  }

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // decoded as what T stands for; null is what the sender sent
  private <T, R> Subscription add(SubscribeOptions options, Type type, Handler<T, R> handler) {
    return registry.register(
        options, type, false, content -> handler.handle((T) content), prefix, interceptors);
  }

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // decoded as what T stands for; null is what the sender sent
  private <T> Subscription addVoid(
      SubscribeOptions options, Type type, Handler.NoReply<T> handler) {
    HandlerRegistry.Lambda lambda =
        content -> {
          handler.handle((T) content);
          return nothing();
        };
    return registry.register(options, type, true, lambda, prefix, interceptors);
  }

  private static @Nullable Object nothing() {
    return null;
  }
}
