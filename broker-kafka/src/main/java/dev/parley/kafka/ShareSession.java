package dev.parley.kafka;

import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

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

  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(1);
  private static final Duration JOINING_POLL = Duration.ofMillis(50);
  private static final Duration COPY_LIMIT = Duration.ofSeconds(30);
  private static final Duration COPY_AGAIN = Duration.ofSeconds(1);

  /** From this delivery on a record is copied, two before the cluster gives it up by default. */
  private static final int LAST_DELIVERY = 3;

  private record Settled(InFlight message, AcknowledgeType type) {}

  private final Parts parts;
  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final TopicWatch watch;
  private final Source source;
  private final Consumer<KafkaDelivery> deliver;
  private final HeldRecords holding;
  private final Queue<Settled> settled = new ConcurrentLinkedQueue<>();
  private final Alarm work = new Alarm();
  private volatile boolean held;
  private volatile boolean ended;
  private boolean delivering; // guarded by this
  private @Nullable Runnable whenQuiet; // guarded by this
  private boolean member; // from here on the reading thread's own
  private volatile boolean placed; // by the admin client's thread too
  private volatile boolean asking; // by the admin client's thread too

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
    this.holding = new HeldRecords(consumer, parts.scheduler());
  }

  @Override
  public void begin() {
    consumer.setAcknowledgementCommitCallback(HeldRecords::acknowledged);
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
      Duration left = holding.untilRenewal();
      if (left.isZero()) {
        holding.renew();
      } else {
        work.await(left.compareTo(longest) < 0 ? left : longest);
      }
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
      changed |= holding.acknowledge(each.message(), each.type());
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
      records = consumer.poll(placed ? longest : JOINING_POLL);
    } catch (WakeupException e) {
      return; // there is something else to do
    }
    if (!placed) {
      askForPlace(!records.isEmpty());
    }
    long now = parts.scheduler().nanoTime();
    holding.locked(now);
    for (ConsumerRecord<byte[], byte[]> each : records) {
      receive(each, now);
    }
  }

  /** The client does not say whether it has been given partitions; the first record does. */
  private void askForPlace(boolean given) {
    if (given) {
      placed = true;
    } else if (!asking) {
      asking = true;
      String client = parts.properties().clientName();
      parts
          .cluster()
          .admin()
          .thenCompose(admin -> ShareGroups.hasPlace(admin, Groups.of(source), client))
          .whenComplete(
              (has, error) -> {
                if (error == null && has) {
                  placed = true;
                }
                asking = false;
              });
    }
  }

  private void receive(ConsumerRecord<byte[], byte[]> read, long now) {
    TopicPartition partition = new TopicPartition(read.topic(), read.partition());
    OffsetTracker tracker = new OffsetTracker(read.offset(), CommitMetadata.NOTHING);
    OffsetTracker.Slot slot = tracker.begin(read.offset(), 1);
    if (slot == null) {
      return; // of a tracker that knows nothing before it never
    }
    InFlight message =
        new InFlight(read, new PartitionWindow(partition, tracker), slot, now, parts.clock());
    holding.add(message);
    Duration left = message.delayLeft();
    if (message.isExpired(now)) {
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

  /** Any thread. */
  private void settle(
      InFlight message, Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    if (message.window().isClosed()) {
      listener.completed(SettleResult.LOST);
      return;
    }
    parts
        .sender()
        .sendFirst(settlement, outputs, () -> finish(message, settlement, listener), listener);
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
    return placed;
  }

  @Override
  public void prove() {
    // its polls fail when it cannot
  }

  @Override
  public void end(boolean clusterAnswers) {
    ended = true;
    acknowledge();
    holding.giveUp();
    consumer.close(clusterAnswers ? LEAVE_LIMIT : Duration.ZERO); // releases what is left
  }
}
