package dev.parley.spi;

/** Told once what became of a settlement. */
@FunctionalInterface
public interface SettleListener {

  /**
   * Called exactly once, on any thread, possibly before {@link Delivery#settle} returns; must not
   * block or throw.
   */
  void completed(SettleResult result);
}
