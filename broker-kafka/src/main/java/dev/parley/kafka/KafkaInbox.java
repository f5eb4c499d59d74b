package dev.parley.kafka;

import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.TransportException;
import dev.parley.spi.support.BackOff;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inbox that is one partition of the reply topic, taken by hand and never by a group, so that no
 * rebalance moves it. It is ready once its position is known: assigned alone, it would miss what
 * comes before that. Instances may share a partition, and each ignores what is for the other.
 *
 * <p>A thread of its own reads; any thread closes, guarded by this object's monitor.
 */
final class KafkaInbox implements Inbox {

  private static final Logger log = LoggerFactory.getLogger(KafkaInbox.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);

  /** Inboxes of one JVM take one partition after the other, those of several begin anywhere. */
  private static final AtomicInteger TURN =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(1 << 16));

  private final Parts parts;
  private final InboxListener listener;
  private final int turn = TURN.getAndIncrement();
  private final BackOff backOff;
  private final Alarm alarm = new Alarm();
  private @Nullable KafkaConsumer<byte[], byte[]> consumer; // guarded by this
  private boolean closed; // guarded by this
  private @Nullable Uuid topicId; // from here on the thread's own
  private long position = -1;

  KafkaInbox(Parts parts, InboxListener listener) {
    this.parts = parts;
    this.listener = listener;
    this.backOff = parts.settings().backOff().get();
  }

  /** Begins to read. */
  KafkaInbox start() {
    Thread thread = parts.threads().newThread(this::run);
    thread.setName(thread.getName() + "-replies");
    thread.start();
    return this;
  }

  private void run() {
    while (!isClosed()) {
      try {
        receive();
      } catch (KafkaException | TransportException | CompletionException e) {
        if (!isClosed()) {
          log.warn("Cannot receive replies: {}", KafkaErrors.describe(e));
          if (KafkaErrors.isRefusal(e)) {
            listener.refused("replies could not be received: " + KafkaErrors.describe(e));
          }
          pause(backOff.next());
        }
      }
    }
  }

  private void receive() {
    CompletionStage<Topics.Topic> asking = parts.topics().ensureReplyTopic();
    asking.whenComplete((done, error) -> alarm.ring());
    CompletableFuture<Topics.Topic> asked = asking.toCompletableFuture();
    KafkaConsumer<byte[], byte[]> fresh = new KafkaConsumer<>(parts.properties().consumer());
    try {
      while (!asked.isDone() && !isClosed()) {
        pause(POLL);
      }
      if (adopt(fresh)) {
        read(fresh, asked.join());
      }
    } finally {
      adopt(null);
      fresh.close(CloseOptions.timeout(Duration.ZERO)); // there is nothing to leave
    }
  }

  private synchronized boolean adopt(@Nullable KafkaConsumer<byte[], byte[]> fresh) {
    consumer = fresh;
    return !closed;
  }

  private void read(KafkaConsumer<byte[], byte[]> from, Topics.Topic topic) {
    String name = parts.settings().replyTopic();
    parts.sender().expect(name, topic);
    TopicPartition partition = new TopicPartition(name, Math.floorMod(turn, topic.partitions()));
    from.assign(List.of(partition));
    seek(from, partition, topic);
    TopicWatch watch = new TopicWatch(parts.topics(), parts.scheduler(), name, topic);
    while (!isClosed()) {
      poll(from);
      position = from.position(partition, LOOK_LIMIT);
      try {
        watch.look();
      } catch (KafkaException e) {
        gone(e);
        throw e;
      }
    }
  }

  private void poll(KafkaConsumer<byte[], byte[]> from) {
    try {
      for (ConsumerRecord<byte[], byte[]> each : from.poll(POLL)) {
        listener.received(IncomingMapper.message(each));
      }
    } catch (WakeupException e) {
      // closed
    }
  }

  /** Where the last consumer was, unless there was none for this very topic. */
  private void seek(
      KafkaConsumer<byte[], byte[]> from, TopicPartition partition, Topics.Topic topic) {
    if (topic.id().equals(topicId) && position >= 0) {
      from.seek(partition, position);
      return;
    }
    if (topicId != null) {
      gone(new KafkaException("the reply topic was deleted"));
    }
    from.seekToEnd(List.of(partition));
    position = from.position(partition, LOOK_LIMIT);
    topicId = topic.id();
    backOff.reset();
    listener.ready(Address.reply(partition.topic(), Integer.toString(partition.partition())));
  }

  private void gone(KafkaException reason) {
    if (topicId != null) {
      topicId = null;
      position = -1;
      listener.gone(KafkaErrors.describe(reason));
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void pause(Duration time) {
    if (!isClosed() && !alarm.await(time)) {
      close();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (consumer != null) {
      consumer.wakeup();
    }
    alarm.ring();
  }
}
