package dev.parley.engine.handle;

import dev.parley.spi.Delivery;
import dev.parley.spi.WireHeaders;
import java.time.Duration;
import java.util.Map;

/**
 * Where the time of one attempt went, by the broker's monotonic clock. Written by the handler's
 * thread, read by the one that ends it.
 */
final class Timing {

  private final Delivery delivery;
  private final long deadlineNanos;
  private volatile long startNanos;
  private volatile long endNanos;

  Timing(Delivery delivery, long deadlineNanos, long startNanos) {
    this.delivery = delivery;
    this.deadlineNanos = deadlineNanos;
    this.startNanos = startNanos;
    this.endNanos = startNanos;
  }

  /** The handler's turn has come. */
  void started(long nanos) {
    startNanos = nanos;
  }

  void ended(long nanos) {
    endNanos = nanos;
  }

  long startNanos() {
    return startNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** The headers a reply tells it with; not to be changed. */
  Map<String, String> headers(String server) {
    Duration age = delivery.age();
    long queued = startNanos - delivery.receivedNanos() + (age == null ? 0 : age.toNanos());
    return Map.of(
        WireHeaders.SERVER,
        server,
        WireHeaders.QUEUED_US,
        Long.toString(queued / 1_000),
        WireHeaders.HANDLED_US,
        Long.toString((endNanos - startNanos) / 1_000));
  }
}
