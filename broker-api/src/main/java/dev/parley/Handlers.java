package dev.parley;

import java.util.List;

/**
 * Where handlers are registered: a broker, or a group of handlers with a prefix and interceptors of
 * its own. Any thread may call it.
 */
public interface Handlers {

  /**
   * Registers every {@link Subscriber} method of an object, those it inherits included.
   *
   * @return their subscriptions
   * @throws DeclarationException if one of them cannot work, or there is none; nothing is
   *     registered then
   */
  List<Subscription> register(Object handlers);

  /** Registers a lambda for a queue: what it returns goes to the caller. */
  <T, R> Subscription subscribe(String queue, Class<T> type, Handler<T, R> handler);

  /** Registers a lambda with options: what it returns goes to the caller. */
  <T, R> Subscription subscribe(SubscribeOptions options, Class<T> type, Handler<T, R> handler);

  /**
   * Registers a lambda for a type with type arguments, as in {@code new TypeRef<Batch<Order>>()
   * {}}.
   */
  <T, R> Subscription subscribe(SubscribeOptions options, TypeRef<T> type, Handler<T, R> handler);

  /** Registers a lambda that returns nothing; a caller gets an empty reply. */
  <T> Subscription consume(String queue, Class<T> type, Handler.NoReply<T> handler);

  /** Registers a lambda with options that returns nothing; a caller gets an empty reply. */
  <T> Subscription consume(SubscribeOptions options, Class<T> type, Handler.NoReply<T> handler);

  /** Registers a lambda that returns nothing, for a type with type arguments. */
  <T> Subscription consume(SubscribeOptions options, TypeRef<T> type, Handler.NoReply<T> handler);

  /**
   * A group whose queue and topic names all begin with the prefix, and whose interceptors run
   * inside those of this one.
   */
  Handlers group(String prefix, HandleInterceptor... interceptors);
}
