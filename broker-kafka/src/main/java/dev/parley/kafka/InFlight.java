package dev.parley.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** One record that was read and is not done. Immutable; what changes is in its slot. */
final class InFlight {

  private final ConsumerRecord<byte[], byte[]> consumed;
  private final PartitionWindow window;
  private final OffsetTracker.Slot slot;
  private final @Nullable String key;
  private final long receivedNanos;
  private final @Nullable Duration age;

  InFlight(
      ConsumerRecord<byte[], byte[]> consumed,
      PartitionWindow window,
      OffsetTracker.Slot slot,
      long receivedNanos,
      BrokerClock clock) {
    this.consumed = consumed;
    this.window = window;
    this.slot = slot;
    this.key = IncomingMapper.key(consumed);
    this.receivedNanos = receivedNanos;
    this.age =
        consumed.timestampType() == TimestampType.LOG_APPEND_TIME && clock.isKnown()
            ? Duration.ofMillis(clock.ageMillis(consumed.timestamp(), receivedNanos))
            : null;
  }

  ConsumerRecord<byte[], byte[]> consumed() {
    return consumed;
  }

  PartitionWindow window() {
    return window;
  }

  OffsetTracker.Slot slot() {
    return slot;
  }

  @Nullable String key() {
    return key;
  }

  long receivedNanos() {
    return receivedNanos;
  }

  /** How long it was in the cluster when it was received; null where that is not known. */
  @Nullable Duration age() {
    return age;
  }

  /** How long ago it arrived in the cluster, at least, at that time. */
  Duration waited(long nanos) {
    Duration here = Duration.ofNanos(nanos - receivedNanos);
    return age == null ? here : age.plus(here);
  }

  /** How long it has to wait still before it may be handled, from its receipt; zero normally. */
  Duration delayLeft() {
    long delay = KafkaHeaders.number(consumed.headers(), KafkaHeaders.DELAY);
    if (delay <= 0) {
      return Duration.ZERO;
    }
    Duration left = Duration.ofMillis(delay - waitedMillis(delay));
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether its time to live is over at that time. */
  boolean isExpired(long nanos) {
    long limit = KafkaHeaders.number(consumed.headers(), KafkaHeaders.TIME_TO_LIVE);
    return limit >= 0
        && waitedMillis(limit) + Duration.ofNanos(nanos - receivedNanos).toMillis() > limit;
  }

  /** By the sender's clock where the cluster's is not known: not trusted past the limit. */
  private long waitedMillis(long limit) {
    if (age != null) {
      return age.toMillis();
    }
    long sent = System.currentTimeMillis() - consumed.timestamp();
    return Math.max(0, Math.min(sent, limit));
  }

  /** What no other record is called. */
  static String name(ConsumerRecord<byte[], byte[]> read) {
    return read.topic() + "-" + read.partition() + "@" + read.offset();
  }

  @Override
  public String toString() {
    return name(consumed);
  }
}
