package dev.parley.kafka;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.TransportOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one message is published on Kafka, given to {@code publish}; ignored by other brokers.
 * Immutable.
 */
@TransportOption("kafka")
public final class KafkaPublish {

  private static final KafkaPublish DEFAULT = new KafkaPublish(null, null);

  private final @Nullable Integer partition;
  private final @Nullable Instant timestamp;

  private KafkaPublish(@Nullable Integer partition, @Nullable Instant timestamp) {
    this.partition = partition;
    this.timestamp = timestamp;
  }

  /**
   * To that partition of the topic, from 0, instead of the one that the key decides. A publish to
   * one that does not exist fails with {@code NO_HANDLER}.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static KafkaPublish partition(int partition) {
    return DEFAULT.withPartition(partition);
  }

  /** With that timestamp; a topic with the time of arrival, as created here, overwrites it. */
  public static KafkaPublish timestamp(Instant timestamp) {
    return DEFAULT.withTimestamp(timestamp);
  }

  /** The same to a partition, see {@link #partition}. */
  public KafkaPublish withPartition(int newPartition) {
    if (newPartition < 0) {
      throw new IllegalArgumentException("partition must be 0 or more, was " + newPartition);
    }
    return new KafkaPublish(newPartition, timestamp);
  }

  /** The same with a timestamp, see {@link #timestamp}. */
  public KafkaPublish withTimestamp(Instant newTimestamp) {
    requireNonNull(newTimestamp, "timestamp");
    if (newTimestamp.toEpochMilli() < 0) {
      throw new IllegalArgumentException("timestamp must not be before 1970: " + newTimestamp);
    }
    return new KafkaPublish(partition, newTimestamp);
  }

  /** The last one among the options, or one that changes nothing. */
  static KafkaPublish of(List<Object> options) {
    KafkaPublish publish = DEFAULT;
    for (Object option : options) {
      if (option instanceof KafkaPublish given) {
        publish = given;
      }
    }
    return publish;
  }

  @Nullable Integer partition() {
    return partition;
  }

  @Nullable Instant timestamp() {
    return timestamp;
  }

  @Override
  public String toString() {
    return "KafkaPublish[partition=" + partition + ", timestamp=" + timestamp + "]";
  }
}
