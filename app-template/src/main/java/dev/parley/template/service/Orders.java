package dev.parley.template.service;

import dev.parley.Reject;
import dev.parley.Subscriber;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes orders. Called by as many threads as {@code orders.concurrency} says; has no state. */
public final class Orders {

  private static final Logger log = LoggerFactory.getLogger(Orders.class);
  private static final Map<String, Long> CENTS = Map.of("tea", 250L, "coffee", 320L, "cake", 480L);

  /** Prices an order. Whoever asked for the receipt gets it; who did not, does not. */
  @Subscriber(value = "orders", concurrency = "${orders.concurrency:4}")
  public Receipt place(Order order) {
    Long cents = CENTS.get(order.item());
    if (cents == null) {
      // Not worth another attempt: the price list will not have changed.
      throw new Reject("No price for \"" + order.item() + "\"");
    }
    Receipt receipt = new Receipt(order.id(), cents * order.quantity());
    log.info("Order {} costs {} cents", receipt.orderId(), receipt.cents());
    return receipt;
  }
}
