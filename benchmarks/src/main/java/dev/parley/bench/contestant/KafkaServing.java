package dev.parley.bench.contestant;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * By hand: a consumer whose handler has a thread of its own, and which commits what is done without
 * a gap, every 500 ms.
 *
 * <p>One thread polls and commits, one handles; {@code done} may be said on any thread.
 */
final class KafkaServing implements ConsumerRebalanceListener {
  private static final int ROOM = 1_000;
  private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Handling handling;
  private final BlockingQueue<ConsumerRecord<byte[], byte[]>> waiting =
      new ArrayBlockingQueue<>(ROOM);
  private final Map<TopicPartition, Progress> progress = new ConcurrentHashMap<>();
  private long committedNanos = System.nanoTime(); // the polling thread alone

  /** Handles a message; runs {@code done} when its reply is confirmed. */
  interface Handling {
    void handle(ConsumerRecord<byte[], byte[]> message, Runnable done);
  }

  /** What of one partition is under way. */
  private static final class Progress {
    private final ConcurrentSkipListSet<Long> open = new ConcurrentSkipListSet<>();
    private volatile long next;

    void begin(long offset) {
      open.add(offset);
      next = offset + 1;
    }

    long doneUpTo() {
      long upTo = next; // before the set is looked at: what is added later is beyond
      Long first = open.ceiling(0L);
      return first == null ? upTo : Math.min(first, upTo);
    }
  }

  private KafkaServing(KafkaConsumer<byte[], byte[]> consumer, Handling handling) {
    this.consumer = consumer;
    this.handling = handling;
  }

  static void start(KafkaParts kafka, Closings closings, String queue, Handling handling) {
    KafkaConsumer<byte[], byte[]> consumer = KafkaParts.consumer(kafka.consuming(queue));
    KafkaServing serving = new KafkaServing(consumer, handling);
    consumer.subscribe(List.of(queue), serving);
    closings.first(consumer);
    closings.first(Loop.start("handler", serving::handleNext));
    closings.first(Loop.start("poll", serving::poll));
  }

  private void poll() throws InterruptedException {
    for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(100))) {
      progress
          .computeIfAbsent(
              new TopicPartition(message.topic(), message.partition()), absent -> new Progress())
          .begin(message.offset());
      waiting.put(message); // waits when it is full: a pause would wait for the next poll
    }
    if (System.nanoTime() - committedNanos > COMMIT_NANOS) {
      commit();
    }
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    progress.forEach(
        (partition, done) -> offsets.put(partition, new OffsetAndMetadata(done.doneUpTo())));
    consumer.commitAsync(offsets, null);
    committedNanos = System.nanoTime();
  }

  private void handleNext() throws InterruptedException {
    ConsumerRecord<byte[], byte[]> message = waiting.poll(100, TimeUnit.MILLISECONDS);
    if (message != null) {
      handling.handle(message, () -> done(message));
    }
  }

  private void done(ConsumerRecord<byte[], byte[]> message) {
    @Nullable Progress partition =
        progress.get(new TopicPartition(message.topic(), message.partition()));
    if (partition != null) {
      partition.open.remove(message.offset());
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    partitions.forEach(progress::remove);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // what is new begins where it was committed
  }
}
