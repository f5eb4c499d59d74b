package dev.parley.kafka;

import dev.parley.spi.Outgoing;
import dev.parley.spi.OutputsFirst;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a share group: it is given records, not partitions, and acknowledges each.
 *
 * <p>Kafka's client fetches again only when it holds nothing; what it holds meanwhile is renewed
 * long before its lock ends. Whatever has to wait goes to the {@link RetryTopic}, and so does what
 * the cluster has delivered several times, because it gives a record up after five deliveries.
 *
 * <p>What is held is the reading thread's own. Any thread settles, through a queue that the
 * prefetch bounds; whether messages are handed out is guarded by this object's monitor.
 */
final class ShareSession implements ListeningSession {

  private static final Logger log = LoggerFactory.getLogger(ShareSession.class);
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(1);
  private static final Duration JOINING_POLL = Duration.ofMillis(50);
  private static final Duration COPY_LIMIT = Duration.ofSeconds(30);
  private static final Duration COPY_AGAIN = Duration.ofSeconds(1);
  private static final int DEFAULT_LOCK_MILLIS = 30_000;

  /** From this delivery on a record is copied, two before the cluster gives it up by default. */
  private static final int LAST_DELIVERY = 3;

  private record Settled(InFlight message, AcknowledgeType type) {}

  private final Parts parts;
  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final TopicWatch watch;
  private final Source source;
  private final Consumer<KafkaDelivery> deliver;
  private final Map<String, InFlight> holding = new LinkedHashMap<>();
  private final Queue<Settled> settled = new ConcurrentLinkedQueue<>();
  private final Alarm work = new Alarm();
  private volatile boolean held;
  private volatile boolean ended;
  private boolean delivering; // guarded by this
  private @Nullable Runnable whenQuiet; // guarded by this
  private boolean member; // from here on the reading thread's own
  private boolean polled;
  private long lockedNanos;

  ShareSession(
      Parts parts,
      KafkaShareConsumer<byte[], byte[]> consumer,
      TopicWatch watch,
      Source source,
      Consumer<KafkaDelivery> deliver) {
    this.parts = parts;
    this.consumer = consumer;
    this.watch = watch;
    this.source = source;
    this.deliver = deliver;
  }

  @Override
  public void begin() {
    consumer.setAcknowledgementCommitCallback(this::acknowledged);
    join();
  }

  private void join() {
    consumer.subscribe(List.of(source.name()));
    member = true;
  }

  @Override
  public void step(Duration longest) {
    boolean changed = acknowledge();
    if (!holding.isEmpty()) {
      if (changed) {
        consumer.commitAsync();
      }
      keep(longest);
    } else if (held) {
      rest(longest);
    } else {
      fetch(longest);
    }
    watch.look();
  }

  /** Says of what was settled that it is; it is sent with the next fetch, or by committing. */
  private boolean acknowledge() {
    boolean changed = false;
    for (Settled each = settled.poll(); each != null; each = settled.poll()) {
      if (holding.remove(each.message().toString()) != null) {
        consumer.acknowledge(each.message().consumed(), each.type());
        changed = true;
      }
    }
    return changed;
  }

  /** Who is paused and has nothing in hand leaves; others get what comes. */
  private void rest(Duration longest) {
    if (member) {
      consumer.commitSync(LEAVE_LIMIT);
      consumer.unsubscribe();
      member = false;
    }
    work.await(longest);
  }

  private void fetch(Duration longest) {
    if (!member) {
      join();
    }
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(polled ? longest : JOINING_POLL);
    } catch (WakeupException e) {
      return; // there is something else to do
    }
    polled = true;
    lockedNanos = parts.scheduler().nanoTime();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      receive(each);
    }
  }

  private void receive(ConsumerRecord<byte[], byte[]> read) {
    TopicPartition partition = new TopicPartition(read.topic(), read.partition());
    OffsetTracker tracker = new OffsetTracker(read.offset(), CommitMetadata.NOTHING);
    OffsetTracker.Slot slot = tracker.begin(read.offset(), 1);
    if (slot == null) {
      return; // of a tracker that knows nothing before it never
    }
    InFlight message =
        new InFlight(
            read, new PartitionWindow(partition, tracker), slot, lockedNanos, parts.clock());
    holding.put(message.toString(), message);
    Duration left = message.delayLeft();
    if (message.isExpired(lockedNanos)) {
      done(message, AcknowledgeType.ACCEPT);
    } else if (!left.isZero() || read.deliveryCount().orElse((short) 1) >= LAST_DELIVERY) {
      moveOn(message, left);
    } else {
      handOut(message);
    }
  }

  private void handOut(InFlight message) {
    synchronized (this) {
      if (held) {
        done(message, AcknowledgeType.RELEASE);
        return;
      }
      delivering = true;
    }
    deliver.accept(new KafkaDelivery(message, this::settle));
    Runnable quiet;
    synchronized (this) {
      delivering = false;
      quiet = whenQuiet;
      whenQuiet = null;
    }
    if (quiet != null) {
      quiet.run();
    }
  }

  /** Waits for something to be settled, and renews the locks when a third of their time is over. */
  private void keep(Duration longest) {
    long lock = consumer.acquisitionLockTimeoutMs().orElse(DEFAULT_LOCK_MILLIS) / 3;
    long left = Duration.ofMillis(lock).toNanos() - (parts.scheduler().nanoTime() - lockedNanos);
    if (left > 0) {
      work.await(left < longest.toNanos() ? Duration.ofNanos(left) : longest);
    } else {
      renew(Duration.ofMillis(lock));
    }
  }

  private void renew(Duration limit) {
    lockedNanos = parts.scheduler().nanoTime();
    for (InFlight message : holding.values()) {
      consumer.acknowledge(message.consumed(), AcknowledgeType.RENEW);
    }
    Map<TopicIdPartition, Optional<KafkaException>> results;
    try {
      results = consumer.commitSync(limit);
    } catch (WakeupException e) { // was meant for a poll
      results = consumer.commitSync(limit);
    }
    results.forEach(
        (partition, error) -> error.ifPresent(e -> lose(partition.topicPartition(), e)));
    Set<String> missing = new java.util.HashSet<>(holding.keySet());
    while (!missing.isEmpty()) {
      if (parts.scheduler().nanoTime() - lockedNanos > limit.toNanos()) {
        throw new KafkaException("the locks of " + missing + " were not renewed in time");
      }
      takeBack(missing);
    }
  }

  /** What was renewed comes out of a poll once more, and can be acknowledged from then on. */
  private void takeBack(Set<String> missing) {
    try {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(JOINING_POLL)) {
        missing.remove(InFlight.name(each));
      }
    } catch (WakeupException e) {
      // once more
    }
    missing.retainAll(holding.keySet());
  }

  /** Others have it, or will. */
  private void lose(TopicPartition partition, KafkaException reason) {
    log.warn(
        "What was fetched of {} is delivered again: {}", partition, KafkaErrors.describe(reason));
    holding
        .values()
        .removeIf(
            message -> {
              boolean lost = message.window().partition().equals(partition);
              if (lost) {
                message.window().close();
              }
              return lost;
            });
  }

  /** By a poll or a commit, on the reading thread. */
  private void acknowledged(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception error) {
    if (error != null) {
      log.warn(
          "What was handled of {} is not acknowledged, and will be handled again: {}",
          offsets.keySet(),
          KafkaErrors.describe(error));
    }
  }

  /** Any thread. */
  private void settle(
      InFlight message, Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    if (message.window().isClosed()) {
      listener.completed(SettleResult.LOST);
      return;
    }
    boolean dead = settlement.outcome() == Settlement.Outcome.DEAD;
    OutputsFirst.run(
        outputs,
        (out, sent) -> {
          if (dead && DeadLetters.isOne(out)) {
            parts.sender().sendDeclared(out, sent);
          } else {
            parts.sender().send(out, sent);
          }
        },
        () -> finish(message, settlement, listener),
        listener);
  }

  private void finish(InFlight message, Settlement settlement, SettleListener listener) {
    switch (settlement.outcome()) {
      case DONE, DEAD -> listener.completed(done(message, AcknowledgeType.ACCEPT));
      case RELEASE -> listener.completed(done(message, AcknowledgeType.RELEASE));
      case RETRY ->
          copy(
              message,
              settlement.attempt(),
              settlement.delay(),
              sent ->
                  listener.completed(
                      sent.confirmed()
                          ? done(message, AcknowledgeType.ACCEPT)
                          : SettleResult.failed(sent)));
    }
  }

  private void copy(InFlight message, int attempt, Duration delay, Consumer<SendResult> outcome) {
    long now = parts.scheduler().nanoTime();
    Outgoing copy =
        RetryTopic.copy(
            message, RetryTopic.of(source), attempt, delay, now + COPY_LIMIT.toNanos(), now);
    parts.sender().send(copy, outcome::accept);
  }

  /** Copied by itself, and again until that is confirmed; nobody has handled it yet. */
  private void moveOn(InFlight message, Duration delay) {
    copy(
        message,
        message.slot().attempt(),
        delay,
        sent -> {
          if (sent.confirmed()) {
            done(message, AcknowledgeType.ACCEPT);
          } else if (!ended) {
            parts.scheduler().schedule(COPY_AGAIN, () -> moveOn(message, message.delayLeft()));
          }
        });
  }

  private SettleResult done(InFlight message, AcknowledgeType type) {
    if (message.window().isClosed()) {
      return SettleResult.LOST;
    }
    settled.add(new Settled(message, type));
    work.ring();
    return SettleResult.SETTLED;
  }

  @Override
  public synchronized void hold(boolean hold) {
    held = hold;
  }

  @Override
  public void holdThen(Runnable action) {
    synchronized (this) {
      held = true;
      if (delivering) {
        whenQuiet = action;
        return;
      }
    }
    action.run();
  }

  @Override
  public void wake() {
    work.ring();
    consumer.wakeup();
  }

  @Override
  public boolean isAssigned() {
    return polled;
  }

  @Override
  public void prove() {
    // its polls fail when it cannot
  }

  @Override
  public void end(boolean clusterAnswers) {
    ended = true;
    acknowledge();
    List<InFlight> left = new ArrayList<>(holding.values());
    holding.clear();
    left.forEach(message -> message.window().close());
    consumer.close(clusterAnswers ? LEAVE_LIMIT : Duration.ZERO); // releases what is left
  }
}
