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

  /** What that many pieces cost; both parameters travel, by their names. */
  @Subscriber("prices")
  long total(String item, int quantity);

  /** Everything that is sold, one after the other. To be closed, unless it is read to its end. */
  @Subscriber("prices.list")
  Stream<Offer> list();

  /** Something that is sold. */
  record Offer(String item, long cents) {}
}
