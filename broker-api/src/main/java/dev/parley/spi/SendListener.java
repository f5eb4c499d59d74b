package dev.parley.spi;

/** Told once what became of a message that was sent. */
@FunctionalInterface
public interface SendListener {

  /**
   * Called exactly once, on any thread, possibly before {@link Transport#send} returns; must not
   * block or throw.
   */
  void completed(SendResult result);
}
