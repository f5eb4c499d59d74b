package dev.parley.kafka;

import dev.parley.spi.Outgoing;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.record.TimestampType;

/**
 * One consumer of Kafka's client library, from its opening to its end: reads on and on, so that it
 * keeps its place in the group while handlers work, and pauses partitions of which enough is here.
 *
 * <p>The thread of its {@link KafkaListening} calls everything, except that any thread settles and
 * wakes.
 */
abstract class ReadingSession implements ListeningSession {

  static final Duration PROOF_LIMIT = Duration.ofSeconds(2);

  /** What was handled is committed by then, and leaving needs no answer. */
  static final Duration LEAVE_LIMIT = Duration.ofMillis(100);

  /** The client joins in a poll, and goes on polling when it has: short ones tell sooner. */
  private static final Duration JOINING_POLL = Duration.ofMillis(10);

  private final Parts parts;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deliveries deliveries;
  private final TopicWatch watch;
  private final Alarm idle = new Alarm();
  private volatile boolean held;

  ReadingSession(
      Parts parts,
      KafkaConsumer<byte[], byte[]> consumer,
      TopicWatch watch,
      int prefetch,
      Consumer<KafkaDelivery> deliver) {
    this.parts = parts;
    this.consumer = consumer;
    this.watch = watch;
    this.deliveries =
        new Deliveries(
            prefetch,
            parts.settings().window(),
            parts.scheduler(),
            message -> deliver.accept(new KafkaDelivery(message, this::settle)),
            consumer::wakeup);
  }

  final Parts parts() {
    return parts;
  }

  final KafkaConsumer<byte[], byte[]> consumer() {
    return consumer;
  }

  final Deliveries deliveries() {
    return deliveries;
  }

  final TopicWatch watch() {
    return watch;
  }

  /** What is due after each poll. */
  abstract void tend();

  /** Commits for the last time. */
  abstract void finish();

  /** Ends what else runs for it. */
  void abandon() {}

  @Override
  public final void hold(boolean hold) {
    held = hold;
    deliveries.hold(hold);
  }

  @Override
  public final void holdThen(Runnable action) {
    deliveries.holdThen(action);
  }

  final boolean isHeld() {
    return held;
  }

  @Override
  public final void step(Duration longest) {
    if (consumer.subscription().isEmpty() && consumer.assignment().isEmpty()) {
      idle.await(longest);
      tend();
      return;
    }
    holdBack();
    try {
      accept(consumer.poll(isAssigned() ? longest : JOINING_POLL));
    } catch (WakeupException e) {
      // there is something else to do, or room again
    }
    deliveries.deliverWhatMay();
    tend();
    watch.look();
  }

  private void holdBack() {
    Set<TopicPartition> held = new HashSet<>(deliveries.tooFarAhead());
    held.retainAll(consumer.assignment());
    Set<TopicPartition> paused = consumer.paused();
    if (!held.equals(paused)) {
      Collection<TopicPartition> again = new HashSet<>(paused);
      again.removeAll(held);
      consumer.resume(again);
      consumer.pause(held);
    }
  }

  private void accept(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return;
    }
    long now = parts.scheduler().nanoTime();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      if (each.timestampType() == TimestampType.LOG_APPEND_TIME) {
        parts.clock().seen(each.timestamp(), now);
      }
    }
    for (ConsumerRecord<byte[], byte[]> each : records) {
      TopicPartition partition = new TopicPartition(each.topic(), each.partition());
      PartitionWindow window = deliveries.window(partition);
      OffsetTracker.Slot slot =
          deliveries.begin(partition, each.offset(), RetryTopic.attempt(each));
      if (window != null && slot != null) {
        deliveries.add(new InFlight(each, window, slot, now, parts.clock()));
      }
    }
  }

  /** Any thread. */
  void settle(
      InFlight message, Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    if (message.window().isClosed()) {
      listener.completed(SettleResult.LOST);
      return;
    }
    parts
        .sender()
        .sendFirst(
            settlement,
            outputs,
            () ->
                listener.completed(
                    deliveries.settle(message, settlement)
                        ? SettleResult.SETTLED
                        : SettleResult.LOST),
            listener);
  }

  @Override
  public final void wake() {
    idle.ring();
    consumer.wakeup();
  }

  /** How long closing may wait for the cluster. */
  Duration leaveLimit() {
    return LEAVE_LIMIT;
  }

  @Override
  public final void end(boolean clusterAnswers) {
    try {
      if (clusterAnswers) {
        finish();
      }
      Duration limit = clusterAnswers ? leaveLimit() : Duration.ZERO;
      consumer.close(CloseOptions.timeout(limit));
    } finally {
      abandon();
      deliveries.close(deliveries.partitions());
    }
  }
}
