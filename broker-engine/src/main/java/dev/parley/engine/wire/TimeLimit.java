package dev.parley.engine.wire;

import dev.parley.spi.Delivery;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.support.Decimal;
import java.time.Duration;
import java.util.Map;

/**
 * How long the caller of a received request still waits.
 *
 * <p>Another machine's clock is not trusted: the age is the time in the broker by the broker's
 * clock plus this machine's monotonic time since receipt. Where the first is not known, work is
 * done unless the absolute deadline is more than five minutes past.
 */
public final class TimeLimit {

  private static final long CLOCK_TOLERANCE_MILLIS = Duration.ofMinutes(5).toMillis();
  private static final long MAX_TIMEOUT_MILLIS = Duration.ofDays(365).toMillis();

  private TimeLimit() {}

  /** Whether the sender of that message gave a time limit. */
  public static boolean present(Map<String, String> headers) {
    return headers.containsKey(WireHeaders.TIMEOUT) || headers.containsKey(WireHeaders.DEADLINE);
  }

  /**
   * When the caller stops waiting, by the monotonic clock of {@link Delivery#receivedNanos()};
   * {@link Long#MAX_VALUE} for no limit, or for one that cannot be read.
   */
  public static long deadlineNanos(Delivery delivery, long wallMillis) {
    Map<String, String> headers = delivery.message().headers();
    long timeout = Math.min(Decimal.parse(headers.get(WireHeaders.TIMEOUT)), MAX_TIMEOUT_MILLIS);
    Duration age = delivery.age();
    if (timeout >= 0 && age != null) {
      return delivery.receivedNanos() + (timeout - age.toMillis()) * 1_000_000;
    }
    long deadline = Decimal.parse(headers.get(WireHeaders.DEADLINE));
    if (deadline >= 0 && deadline + CLOCK_TOLERANCE_MILLIS < wallMillis) {
      return delivery.receivedNanos() - 1;
    }
    return timeout >= 0 ? delivery.receivedNanos() + timeout * 1_000_000 : Long.MAX_VALUE;
  }

  /** When the message says it was sent, by its sender's clock; -1 when it does not say. */
  public static long sentMillis(Map<String, String> headers) {
    return Decimal.parse(headers.get(WireHeaders.SENT));
  }
}
