package dev.parley.template.demo;

import dev.parley.HandleInterceptor;
import dev.parley.Message;
import dev.parley.template.service.Order;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What handlers saw of the orders of this run, for the scenes to wait for. Handlers' threads add,
 * the scenes' thread takes.
 *
 * <p>On a real broker the queues may still hold orders of an earlier run that was cut off; their
 * ids are not of this run, so they are left out.
 */
final class Sightings implements HandleInterceptor {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_OF_ONE_ORDER = 10;

  private final String run = UUID.randomUUID().toString();
  private final Map<String, BlockingQueue<String>> seen = new ConcurrentHashMap<>();
  private int ids;

  /** An id for an order of this run. For the scenes' thread. */
  String newId() {
    ids++;
    return run + "-" + ids;
  }

  /** Whether an order is of this run. */
  boolean isOfThisRun(String orderId) {
    return orderId.startsWith(run);
  }

  /** Notes what a handler saw of an order. */
  void add(String where, String orderId, String what) {
    if (isOfThisRun(orderId) && !of(where, orderId).offer(what)) {
      throw new IllegalStateException("Order " + orderId + " came too often to " + where);
    }
  }

  /** What a handler saw of an order next; waits for it, 10 seconds at most. */
  String next(String where, String orderId) {
    try {
      String what = of(where, orderId).poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return what == null ? "nothing within " + PATIENCE.toSeconds() + " seconds" : what;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while it waited for an order at " + where, e);
    }
  }

  /** Notes each order that its handler has done; the handler itself knows nothing of it. */
  @Override
  public @Nullable Object handle(Message<?> message, Next next) throws Exception {
    Object result = next.proceed();
    if (message.body() instanceof Order order) {
      add("handled", order.id(), describe(order));
    }
    return result;
  }

  private BlockingQueue<String> of(String where, String orderId) {
    return seen.computeIfAbsent(
        where + " " + orderId, key -> new LinkedBlockingQueue<>(MOST_OF_ONE_ORDER));
  }

  private static String describe(Order order) {
    return order.quantity() + " " + order.item() + " for " + order.customer();
  }
}
