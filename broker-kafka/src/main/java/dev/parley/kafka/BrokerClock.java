package dev.parley.kafka;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of the cluster, as far as it can be known. Kafka has no command for it, but the leader
 * of its metadata quorum says when it was in touch with itself last, which is now, and what arrives
 * is given a timestamp. Each one that is seen says that its clock is at least there by now, so the
 * latest such bound is kept, and goes on with this machine's monotonic time. An age by it is never
 * too long, and as good as the quickest answer seen.
 *
 * <p>Any thread.
 */
final class BrokerClock {

  private static final long UNKNOWN = Long.MIN_VALUE;

  /** The cluster's time minus the monotonic time, in milliseconds. */
  private final AtomicLong offset = new AtomicLong(UNKNOWN);

  private volatile boolean known;

  /** That was the time in the cluster a moment before that monotonic time. */
  void now(long timestampMillis, long nanos) {
    seen(timestampMillis, nanos);
    known = true;
  }

  /** That timestamp was given by the cluster some time before that monotonic time. */
  void seen(long timestampMillis, long nanos) {
    long bound = timestampMillis - Math.floorDiv(nanos, 1_000_000L);
    if (bound > offset.get()) {
      offset.accumulateAndGet(bound, Math::max);
    }
  }

  /** Whether an age by it can be relied on. */
  boolean isKnown() {
    return known;
  }

  /** How long before that monotonic time the timestamp was given, in milliseconds; not negative. */
  long ageMillis(long timestampMillis, long nanos) {
    long known = offset.get();
    return known == UNKNOWN
        ? 0
        : Math.max(0, Math.floorDiv(nanos, 1_000_000L) + known - timestampMillis);
  }
}
