package dev.parley.template.demo;

import static java.util.Objects.requireNonNull;

import dev.parley.Message;
import dev.parley.Subscriber;
import dev.parley.template.service.Order;
import dev.parley.template.service.Receipt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handlers that only the demonstration needs: those that note what they get, and those that are
 * slow, or fail, on purpose. Called by several threads; the gate is the only state.
 */
final class DemoHandlers {

  private final Sightings sightings;
  private final CountDownLatch gate = new CountDownLatch(1);

  DemoHandlers(Sightings sightings) {
    this.sightings = sightings;
  }

  @Subscriber("receipts")
  void onReceipt(Receipt receipt) {
    sightings.add("receipts", receipt.orderId(), receipt.cents() + " cents");
  }

  @Subscriber(topic = "receipts.issued", group = "billing")
  void bill(Receipt receipt) {
    sightings.add("billing", receipt.orderId(), receipt.cents() + " cents");
  }

  @Subscriber(topic = "receipts.issued", group = "shipping")
  void ship(Receipt receipt) {
    sightings.add("shipping", receipt.orderId(), receipt.cents() + " cents");
  }

  /** Lets those wait who wait for a limited time only, until somebody comes who has no limit. */
  @Subscriber(value = "slow", concurrency = "4")
  Receipt slow(Message<Order> message) throws InterruptedException {
    Order order = order(message);
    if (sightings.isOfThisRun(order.id())) {
      if (message.timeLeft().isEmpty()) {
        gate.countDown();
      } else if (!gate.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Nobody came who waits as long as it takes");
      }
    }
    return new Receipt(order.id(), 100);
  }

  /** A printer that fails at the first two attempts, and with cake at every one. */
  @Subscriber(value = "labels", retry = "2")
  void printLabel(Message<Order> message) {
    Order order = order(message);
    boolean fails = message.attempt() <= 2 || order.item().equals("cake");
    String what = "attempt " + message.attempt() + (fails ? " fails" : " succeeds");
    sightings.add("labels", order.id(), what);
    if (fails) {
      throw new IllegalStateException("The printer is out of paper");
    }
  }

  @Subscriber("labels.dead")
  void onDeadLabel(Message<Order> letter) {
    String id = order(letter).id();
    sightings.add("dead", id, letter.header("parley-attempts").orElse("unknown"));
    sightings.add("dead", id, letter.header("parley-error-message").orElse("unknown"));
  }

  private static Order order(Message<Order> message) {
    return requireNonNull(message.body(), "an order is never null");
  }
}
