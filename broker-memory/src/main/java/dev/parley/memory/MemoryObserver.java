package dev.parley.memory;

import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;

/**
 * Sees everything that happens in an in-memory broker, before those it happens to.
 *
 * <p>Called from whatever thread does it, several at once: must not block or throw, nor settle what
 * it sees. Bodies and headers are shared, not to be written to.
 */
public interface MemoryObserver {

  /**
   * A message was sent, or was not, as the result says; replies, retries by publishing and dead
   * letters are sent too. With {@link MemoryFaults#dropNext} it says confirmed all the same.
   */
  default void sent(Outgoing message, SendResult result) {}

  /** A message of that queue, group or broadcast goes to a handler. */
  default void delivered(Source source, Delivery delivery) {}

  /** A delivery was to be settled, and was not if the result says so. */
  default void settled(
      Source source, Delivery delivery, Settlement settlement, SettleResult result) {}

  /** A message reached the end of its time to live before anybody took it, and is gone. */
  default void expired(Source source, WireMessage message) {}
}
