package dev.parley.kafka;

import dev.parley.spi.Outgoing;
import dev.parley.spi.SettleListener;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a consumer group: of a queue's own, or of a group of a topic. It commits the done
 * prefix of each partition every now and then, when it loses the partition, and at the end.
 *
 * <p>The reading thread only, rebalances included; see {@link ReadingSession}.
 */
final class GroupSession extends ReadingSession implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(GroupSession.class);
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(3);
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);

  /** Longer than the others need to hear of a rebalance, with their next heartbeat. */
  private static final Duration REBALANCE_LIMIT = Duration.ofSeconds(5);

  private final String topic;
  private final @Nullable Transactions transactions;
  private volatile ConsumerGroupMetadata membership;
  private long committedNanos;
  private boolean assigned;
  private boolean joining = true;
  private boolean metadataRefused;

  GroupSession(
      Parts parts,
      KafkaConsumer<byte[], byte[]> consumer,
      TopicWatch watch,
      String topic,
      int prefetch,
      Consumer<KafkaDelivery> deliver) {
    super(parts, consumer, watch, prefetch, deliver);
    this.topic = topic;
    this.membership = consumer.groupMetadata();
    this.transactions =
        parts.settings().transactions()
            ? new Transactions(
                parts,
                deliveries(),
                () -> membership,
                parts.properties().clientName() + "-" + topic)
            : null;
  }

  @Override
  public void begin() {
    committedNanos = parts().scheduler().nanoTime();
    consumer().subscribe(List.of(topic), this);
    if (transactions != null) {
      transactions.start();
    }
  }

  @Override
  void settle(
      InFlight message, Settlement settlement, List<Outgoing> outputs, SettleListener listener) {
    boolean over =
        settlement.outcome() == Settlement.Outcome.DONE
            || settlement.outcome() == Settlement.Outcome.DEAD;
    if (transactions != null && over) {
      transactions.settle(message, settlement, outputs, listener);
    } else {
      super.settle(message, settlement, outputs, listener);
    }
  }

  @Override
  public boolean isAssigned() {
    return assigned;
  }

  @Override
  public void prove() {
    consumer().committed(new HashSet<>(deliveries().partitions()), PROOF_LIMIT);
  }

  @Override
  void tend() {
    leaveOrJoin();
    membership = consumer().groupMetadata();
    long now = parts().scheduler().nanoTime();
    if (now - committedNanos < parts().settings().commitInterval().toNanos()) {
      return;
    }
    committedNanos = now;
    readGaps();
    if (transactions != null) {
      transactions.commitProgress();
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> commits = commits(deliveries().partitions());
    if (!commits.isEmpty()) {
      consumer().commitAsync(commits, this::committed);
    }
  }

  /** Who is paused and has nothing in hand leaves, so that others get its partitions. */
  private void leaveOrJoin() {
    boolean member = !consumer().subscription().isEmpty();
    if (isHeld() && member && deliveries().isQuiet()) {
      consumer().unsubscribe(); // by way of onPartitionsRevoked, which commits
    } else if (!isHeld() && !member) {
      consumer().subscribe(List.of(topic), this);
    }
  }

  /** The end of a transaction takes an offset too, and is never read. */
  private void readGaps() {
    for (TopicPartition partition : consumer().assignment()) {
      try {
        deliveries().readUpTo(partition, consumer().position(partition, Duration.ZERO));
      } catch (TimeoutException e) {
        // not known at the moment: next time
      }
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> commits(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> commits = deliveries().commits(partitions);
    if (metadataRefused) {
      commits.replaceAll((partition, commit) -> new OffsetAndMetadata(commit.offset()));
    }
    return commits;
  }

  private void committed(
      Map<TopicPartition, OffsetAndMetadata> commits, @Nullable Exception error) {
    if (error != null) {
      metadataRefused |= error instanceof OffsetMetadataTooLarge; // the cluster allows less
      log.debug("Committing {} failed and is tried again", commits, error);
      deliveries().commitFailed(commits.keySet());
    }
  }

  @Override
  void finish() {
    readGaps();
    commitBetweenTransactions(deliveries().partitions());
  }

  /**
   * The cluster hears that a member leaves only when it has answered that member's wish to join;
   * one that does not wait for it stays in the group, and holds up the others, for its session.
   */
  @Override
  Duration leaveLimit() {
    return joining ? REBALANCE_LIMIT : LEAVE_LIMIT;
  }

  @Override
  void abandon() {
    if (transactions != null) {
      transactions.close();
    }
  }

  /** What is done is committed with what it has sent; what is left is which attempts there were. */
  private void commitBetweenTransactions(Collection<TopicPartition> partitions) {
    if (transactions == null) {
      commitNow(partitions);
    } else {
      transactions.between(COMMIT_LIMIT, () -> commitNow(partitions));
    }
  }

  private void commitNow(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> commits = commits(partitions);
    if (commits.isEmpty()) {
      return;
    }
    try {
      commitSync(commits);
    } catch (KafkaException e) {
      log.warn(
          "What was handled of {} is not committed, and may be handled again: {}",
          topic,
          KafkaErrors.describe(e));
    }
  }

  private void commitSync(Map<TopicPartition, OffsetAndMetadata> commits) {
    try {
      consumer().commitSync(commits, COMMIT_LIMIT);
    } catch (WakeupException e) { // was meant for a poll
      consumer().commitSync(commits, COMMIT_LIMIT);
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> before =
        partitions.isEmpty() ? Map.of() : committedBefore(new HashSet<>(partitions));
    for (TopicPartition partition : partitions) {
      deliveries().open(new PartitionWindow(partition, tracker(partition, before.get(partition))));
    }
    membership = consumer().groupMetadata();
    assigned = true;
    joining = false;
  }

  private OffsetTracker tracker(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
    CommitMetadata nothing = CommitMetadata.NOTHING.of(watch().id());
    if (committed == null) {
      return new OffsetTracker(consumer().position(partition, LOOK_LIMIT), nothing);
    }
    CommitMetadata known = CommitMetadata.decode(committed.metadata());
    if (known.isOfAnother(watch().id())) {
      log.info("{} was deleted and made again: the group reads it from its beginning", partition);
      consumer().seekToBeginning(List.of(partition));
      return new OffsetTracker(consumer().position(partition, LOOK_LIMIT), nothing);
    }
    return new OffsetTracker(committed.offset(), known.of(watch().id()));
  }

  private Map<TopicPartition, OffsetAndMetadata> committedBefore(
      java.util.Set<TopicPartition> partitions) {
    try {
      return consumer().committed(partitions, LOOK_LIMIT);
    } catch (WakeupException e) { // was meant for a poll
      return consumer().committed(partitions, LOOK_LIMIT);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    joining = true;
    commitBetweenTransactions(partitions);
    deliveries().close(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    joining = true;
    deliveries().close(partitions);
  }
}
