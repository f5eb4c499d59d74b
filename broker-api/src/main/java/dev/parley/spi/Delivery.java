package dev.parley.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message delivered to one listener, until it is settled. Its methods may be called from any
 * thread.
 */
public interface Delivery {

  /** The message. */
  WireMessage message();

  /** The key whose messages keep their order; null for none. */
  @Nullable String key();

  /** Which attempt this is, from 1, as the broker remembers it. */
  int attempt();

  /**
   * How long the message was in the broker, by the broker's clock, until it was received here; null
   * where that cannot be known.
   */
  @Nullable Duration age();

  /** When it was received here, by {@link Scheduler#nanoTime()}. */
  long receivedNanos();

  /**
   * The client library's own message, of a type in {@link Transport#nativeTypes()}; the transport's
   * own where there is no client library.
   */
  Object nativeMessage();

  /** Whether settling is pointless by now, because the broker has taken the message back. */
  boolean lost();

  /**
   * Sends the outputs in their order, sees each confirmed, and only then settles the delivery; or
   * does both in one transaction.
   *
   * <p>When an output is not confirmed nothing is settled and the result says which: the caller
   * decides anew and calls again. Once a result says settled or lost, further calls are errors of
   * the caller.
   */
  void settle(Settlement settlement, List<Outgoing> outputs, SettleListener listener);
}
