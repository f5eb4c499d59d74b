package dev.parley.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A reader of all partitions of a topic, from now on, without a group; nothing is committed. The
 * reading thread only, see {@link ReadingSession}.
 */
final class BroadcastSession extends ReadingSession {

  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);

  private final String topic;
  private int partitions;

  BroadcastSession(
      Parts parts,
      KafkaConsumer<byte[], byte[]> consumer,
      TopicWatch watch,
      String topic,
      int prefetch,
      Consumer<KafkaDelivery> deliver) {
    super(parts, consumer, watch, prefetch, deliver);
    this.topic = topic;
  }

  @Override
  public void begin() {
    List<TopicPartition> all = assign();
    consumer().seekToEnd(all);
    all.forEach(this::open);
  }

  private List<TopicPartition> assign() {
    int known = partitions;
    partitions = watch().partitions();
    List<TopicPartition> all = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      all.add(new TopicPartition(topic, i));
    }
    consumer().assign(all);
    return all.subList(known, all.size());
  }

  /** Assigned is not positioned: what comes before the position is known would be missed. */
  private void open(TopicPartition partition) {
    long position;
    try {
      position = consumer().position(partition, LOOK_LIMIT);
    } catch (WakeupException e) { // was meant for a poll
      position = consumer().position(partition, LOOK_LIMIT);
    }
    deliveries()
        .open(new PartitionWindow(partition, new OffsetTracker(position, CommitMetadata.NOTHING)));
  }

  @Override
  void tend() {
    if (watch().partitions() > partitions) {
      List<TopicPartition> fresh = assign();
      consumer().seekToBeginning(fresh);
      fresh.forEach(this::open);
    }
  }

  @Override
  public boolean isAssigned() {
    return true;
  }

  @Override
  public void prove() {
    // the cluster answers, and there is no group to be thrown out of
  }

  @Override
  void finish() {
    // nothing is committed
  }
}
