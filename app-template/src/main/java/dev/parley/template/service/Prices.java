package dev.parley.template.service;

import dev.parley.Subscriber;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * What can be asked about prices: the contract of both sides. {@link PriceList} serves it, {@code
 * broker.client(Prices.class)} calls it.
 */
public interface Prices {

  /** The price of one piece; 0 for what is not sold. */
  @Subscriber("prices")
  long cents(String item);

  /** The same without waiting. */
  @Subscriber("prices")
  default CompletableFuture<Long> centsAsync(String item) {
    return CompletableFuture.completedFuture(cents(item));
  }

  /** Everything that is sold, one after the other. To be closed, unless it is read to its end. */
  @Subscriber("prices.list")
  Stream<Offer> list();

  /** Something that is sold. */
  record Offer(String item, long cents) {}

  /** What that many pieces cost; runs at the caller. */
  default long cents(String item, int quantity) {
    return cents(item) * quantity;
  }
}
