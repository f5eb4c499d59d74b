package dev.parley.template.service;

import static dev.parley.PublishOptions.to;
import static java.util.Objects.requireNonNull;

import dev.parley.Broker;
import dev.parley.CallTimeoutException;
import dev.parley.PublishOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How other services order: the four ways to publish. Any thread may call it. */
public final class OrderClient {

  private final Broker broker;
  private final PublishOptions orders;
  private final String receipts;

  /** For the queues of {@link Orders} and {@link Receipts}. */
  public OrderClient(Broker broker) {
    this(broker, "");
  }

  /** For handlers that are registered in a group with that prefix. */
  public OrderClient(Broker broker, String prefix) {
    this.broker = broker;
    this.orders = to(prefix + "orders");
    this.receipts = prefix + "receipts";
  }

  /** Fire and forget: returns when the broker has the order. */
  public void send(Order order) {
    broker.publish(order, orders);
  }

  /** Request without waiting: the handler of the receipts gets the reply. */
  public void request(Order order) {
    broker.publish(order, orders.replyTo(receipts));
  }

  /** Call: waits for the receipt; throws {@link CallTimeoutException} at the limit. */
  public Receipt place(Order order, Duration limit) {
    @Nullable Receipt receipt =
        broker.publish(order, orders.callback(Receipt.class).timeout(limit).raiseTimeout());
    return requireNonNull(receipt, "the handler of orders replies with a receipt, always");
  }

  /** Call as a future, to have many under way at once; it fails as {@link #place} throws. */
  public CompletableFuture<@Nullable Receipt> placeAsync(Order order) {
    return broker.publishAsync(order, orders.callback(Receipt.class));
  }
}
