package dev.parley.test;

import static dev.parley.PublishOptions.to;

import dev.parley.Broker;
import dev.parley.PublishTo;
import dev.parley.Subscriber;
import java.util.concurrent.atomic.AtomicInteger;

/** An application under test. */
final class Shop {

  record Order(String id, int quantity) {}

  record Receipt(String id, long cents) {}

  record Shipment(String id) {}

  private final Broker broker;
  private final AtomicInteger placed = new AtomicInteger();

  Shop(Broker broker) {
    this.broker = broker;
  }

  int placed() {
    return placed.get();
  }

  @Subscriber("orders")
  @PublishTo("audit")
  Receipt place(Order order) {
    placed.incrementAndGet();
    if (order.quantity() <= 0) {
      throw new IllegalStateException("no price for " + order.quantity());
    }
    broker.publish(new Shipment(order.id()), to("shipments").header("carrier", "bike"));
    return new Receipt(order.id(), order.quantity() * 250L);
  }
}
