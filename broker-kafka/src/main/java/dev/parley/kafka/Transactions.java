package dev.parley.kafka;

import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the deliveries of one session by transactions: what they send and that they are done
 * becomes visible together, or not at all. Whatever waits when a transaction begins is part of it.
 *
 * <p>Any thread adds; a thread of its own, with a producer of its own, does the rest and may wait.
 * The queue is bounded by the prefetch. A member that has lost its partitions is refused by the
 * cluster, because it shows its membership with the offsets.
 */
final class Transactions {

  private static final Logger log = LoggerFactory.getLogger(Transactions.class);
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final int MAX_BATCH = 500;

  private record Item(
      InFlight message,
      Settlement settlement,
      List<Outgoing> outputs,
      List<ProducerRecord<byte[], byte[]>> records,
      SettleListener listener) {}

  private final Parts parts;
  private final OutputCheck check;
  private final Deliveries deliveries;
  private final Supplier<ConsumerGroupMetadata> membership;
  private final String id;
  private final Queue<Item> queue = new ConcurrentLinkedQueue<>();
  private final Alarm alarm = new Alarm();
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean closed;
  private @Nullable Producer<byte[], byte[]> producer; // the thread's own

  Transactions(
      Parts parts, Deliveries deliveries, Supplier<ConsumerGroupMetadata> membership, String id) {
    this.parts = parts;
    this.check = new OutputCheck(parts.topics(), parts.settings().maxMessageBytes());
    this.deliveries = deliveries;
    this.membership = membership;
    this.id = id + "-" + COUNT.incrementAndGet();
  }

  /** Begins to work. */
  Transactions start() {
    Thread thread = parts.threads().newThread(this::run);
    thread.setName(thread.getName() + "-transactions");
    thread.start();
    return this;
  }

  /** Settles in one of the next transactions. */
  void settle(
      InFlight message, Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Outgoing out : outputs) {
      try {
        records.add(parts.sender().mapper().producerRecord(out));
      } catch (IllegalArgumentException e) {
        listener.completed(failed(records.size(), SendResult.unroutable(KafkaErrors.describe(e))));
        return;
      }
    }
    queue.add(new Item(message, settlement, outputs, records, listener));
    alarm.ring();
    if (closed) {
      loseAll();
    }
  }

  /** The outputs before it are fine, which says nothing of whether they were sent. */
  private static SettleResult failed(int index, SendResult result) {
    List<SendResult> results = new ArrayList<>();
    for (int i = 0; i < index; i++) {
      results.add(SendResult.CONFIRMED);
    }
    results.add(result);
    return SettleResult.outputsFailed(results);
  }

  /**
   * Runs the action between two transactions, unless one takes longer than the limit; the reading
   * thread's, which so does not commit what a transaction has gone past.
   */
  void between(Duration limit, Runnable action) {
    try {
      if (!turn.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        log.warn("A transaction of {} takes longer than {}", id, limit);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      action.run();
    } finally {
      turn.unlock();
    }
  }

  /** Commits what is done without a message to send, when there is any. */
  void commitProgress() {
    alarm.ring();
  }

  /** Ends it after the transaction under way; what waits is lost. Idempotent. */
  void close() {
    closed = true;
    alarm.ring();
  }

  private void run() {
    while (!closed && alarm.await(parts.settings().commitInterval())) {
      try {
        work();
      } catch (KafkaException e) {
        log.warn("The producer {} is made anew: {}", id, KafkaErrors.describe(e));
        dropProducer();
      }
    }
    loseAll();
    dropProducer();
  }

  private void work() {
    List<Item> batch = nextBatch();
    do {
      turn.lock(); // held by the reading thread for one commit at most, which has a limit
      try {
        transact(batch);
      } finally {
        turn.unlock();
      }
      batch = nextBatch();
    } while (!batch.isEmpty() && !closed);
  }

  private List<Item> nextBatch() {
    List<Item> batch = new ArrayList<>();
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      if (item.message().window().isClosed()) {
        item.listener().completed(SettleResult.LOST);
      } else if (canGo(item)) {
        batch.add(item);
      }
      if (batch.size() >= MAX_BATCH) {
        break;
      }
    }
    return batch;
  }

  /** Whether all its topics are there; one that is not would end the transaction of all others. */
  private boolean canGo(Item item) {
    for (int i = 0; i < item.outputs().size(); i++) {
      Outgoing out = item.outputs().get(i);
      boolean dead =
          item.settlement().outcome() == Settlement.Outcome.DEAD && DeadLetters.isOne(out);
      SendResult result = check.look(out, dead);
      if (!result.confirmed()) {
        item.listener().completed(failed(i, result));
        return false;
      }
    }
    return true;
  }

  private void transact(List<Item> batch) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        deliveries.commitsWith(batch.stream().map(Item::message).toList());
    if (batch.isEmpty() && offsets.isEmpty()) {
      return;
    }
    try {
      Producer<byte[], byte[]> current = producer();
      current.beginTransaction();
      for (Item item : batch) {
        for (ProducerRecord<byte[], byte[]> message : item.records()) {
          var unused = current.send(message); // committing waits for it, and fails when it has
        }
      }
      current.sendOffsetsToTransaction(offsets, membership.get());
      current.commitTransaction();
    } catch (KafkaException e) {
      abort(batch, e);
      deliveries.commitFailed(offsets.keySet());
      return;
    }
    for (Item item : batch) {
      boolean settled = deliveries.settle(item.message(), item.settlement());
      item.listener().completed(settled ? SettleResult.SETTLED : SettleResult.LOST);
    }
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> current = producer;
    if (current == null) {
      current = new KafkaProducer<>(parts.properties().transactionalProducer(id));
      producer = current;
      current.initTransactions();
    }
    return current;
  }

  private void abort(List<Item> batch, KafkaException cause) {
    log.warn("A transaction of {} was aborted: {}", id, KafkaErrors.describe(cause));
    try {
      if (producer != null) {
        producer.abortTransaction();
      }
    } catch (KafkaException | IllegalStateException e) { // it is of no use any more
      log.debug("Aborting failed", e);
      dropProducer();
    }
    SendResult result =
        SendResult.refused("the transaction was aborted: " + KafkaErrors.describe(cause), cause);
    for (Item item : batch) {
      if (item.message().window().isClosed()) {
        item.listener().completed(SettleResult.LOST);
      } else if (item.outputs().isEmpty()) {
        item.listener().completed(SettleResult.failed(result));
      } else {
        item.listener().completed(failed(0, result));
      }
    }
  }

  private void dropProducer() {
    Producer<byte[], byte[]> last = producer;
    producer = null;
    if (last != null) {
      last.close(CLOSE_LIMIT);
    }
  }

  private void loseAll() {
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      item.listener().completed(SettleResult.LOST);
    }
  }
}
