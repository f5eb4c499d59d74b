package dev.parley.kafka;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records that one member of a share group holds, and their locks in the cluster. The thread of
 * its {@link ShareSession} only.
 */
final class HeldRecords {

  private static final Logger log = LoggerFactory.getLogger(HeldRecords.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int DEFAULT_LOCK_MILLIS = 30_000;

  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final Scheduler scheduler;
  private final Map<String, InFlight> held = new LinkedHashMap<>();
  private long lockedNanos;

  HeldRecords(KafkaShareConsumer<byte[], byte[]> consumer, Scheduler scheduler) {
    this.consumer = consumer;
    this.scheduler = scheduler;
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /** All that is added from now on was locked at that time, or after it. */
  void locked(long nanos) {
    lockedNanos = nanos;
  }

  void add(InFlight message) {
    held.put(message.toString(), message);
  }

  /** What has become of it; false when it is not held any more. */
  boolean acknowledge(InFlight message, AcknowledgeType type) {
    if (held.remove(message.toString()) == null) {
      return false;
    }
    consumer.acknowledge(message.consumed(), type);
    return true;
  }

  /** How long until the locks are to be renewed, when a third of their time is over. */
  Duration untilRenewal() {
    Duration left = renewEvery().minusNanos(scheduler.nanoTime() - lockedNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Duration renewEvery() {
    return Duration.ofMillis(consumer.acquisitionLockTimeoutMs().orElse(DEFAULT_LOCK_MILLIS) / 3);
  }

  /** Renews all locks; throws when the cluster does not answer in time. */
  void renew() {
    Duration limit = renewEvery();
    lockedNanos = scheduler.nanoTime();
    for (InFlight message : held.values()) {
      consumer.acknowledge(message.consumed(), AcknowledgeType.RENEW);
    }
    commit(limit)
        .forEach((partition, error) -> error.ifPresent(e -> lose(partition.topicPartition(), e)));
    Set<String> missing = new HashSet<>(held.keySet());
    while (!missing.isEmpty()) {
      if (scheduler.nanoTime() - lockedNanos > limit.toNanos()) {
        throw new KafkaException("the locks of " + missing + " were not renewed in time");
      }
      takeBack(missing);
    }
  }

  private Map<TopicIdPartition, Optional<KafkaException>> commit(Duration limit) {
    try {
      return consumer.commitSync(limit);
    } catch (WakeupException e) { // was meant for a poll
      return consumer.commitSync(limit);
    }
  }

  /** What was renewed comes out of a poll once more, and can be acknowledged from then on. */
  private void takeBack(Set<String> missing) {
    try {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
        missing.remove(InFlight.name(each));
      }
    } catch (WakeupException e) {
      // once more
    }
  }

  /** Others have it, or will. */
  private void lose(TopicPartition partition, KafkaException reason) {
    log.warn(
        "What was fetched of {} is delivered again: {}", partition, KafkaErrors.describe(reason));
    held.values()
        .removeIf(
            message -> {
              boolean lost = message.window().partition().equals(partition);
              if (lost) {
                message.window().close();
              }
              return lost;
            });
  }

  /** By a poll or a commit. */
  static void acknowledged(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception error) {
    if (error != null) {
      log.warn(
          "What was handled of {} is not acknowledged, and will be handled again: {}",
          offsets.keySet(),
          KafkaErrors.describe(error));
    }
  }

  /** Settling any of it is pointless from now on. */
  void giveUp() {
    held.values().forEach(message -> message.window().close());
    held.clear();
  }
}
