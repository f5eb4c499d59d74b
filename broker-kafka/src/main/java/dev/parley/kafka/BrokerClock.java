package dev.parley.kafka;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of the cluster, as far as it can be known: Kafka tells its time only by the timestamps
 * it gives to what arrives. Each one that is seen says that its clock is at least there by now, so
 * the latest such bound is kept, and goes on with this machine's monotonic time. An age by it is
 * never too long, and as good as the quickest delivery or confirmation seen.
 *
 * <p>Any thread.
 */
final class BrokerClock {

  private static final long UNKNOWN = Long.MIN_VALUE;

  /** The cluster's time minus the monotonic time, in milliseconds. */
  private final AtomicLong offset = new AtomicLong(UNKNOWN);

  /** That timestamp was given by the cluster, and seen here at that monotonic time. */
  void seen(long timestampMillis, long nanos) {
    long bound = timestampMillis - Math.floorDiv(nanos, 1_000_000L);
    if (bound > offset.get()) {
      offset.accumulateAndGet(bound, Math::max);
    }
  }

  /** How long before that monotonic time the timestamp was given, in milliseconds; not negative. */
  long ageMillis(long timestampMillis, long nanos) {
    long known = offset.get();
    return known == UNKNOWN
        ? 0
        : Math.max(0, Math.floorDiv(nanos, 1_000_000L) + known - timestampMillis);
  }
}
