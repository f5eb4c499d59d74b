package dev.parley.kafka;

import dev.parley.spi.Scheduler;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What one listening has read: hands it out, as much at once as the prefetch allows and one message
 * of a key at a time, and takes it back.
 *
 * <p>The reading thread adds and commits, any thread settles, the timer brings back what waits for
 * its next attempt. Everything is guarded by this object's monitor, except that the listener is
 * called without it, by one thread at a time, so that the order is kept.
 */
final class Deliveries {

  private static final int BACKLOG_HIGH = 500;
  private static final int BACKLOG_LOW = 250;

  private final int prefetch;
  private final int windowSize;
  private final Scheduler scheduler;
  private final Consumer<InFlight> deliver;
  private final Runnable roomAgain;
  private final Map<TopicPartition, PartitionWindow> windows = new LinkedHashMap<>();
  private final Deque<InFlight> ready = new ArrayDeque<>();
  private int unsettled;
  private boolean delivering;
  private boolean held;
  private boolean full;
  private @Nullable Runnable whenQuiet;

  /**
   * For one session.
   *
   * @param deliver hands one message to the listener
   * @param roomAgain tells the reading thread that it may read on
   */
  Deliveries(
      int prefetch,
      int windowSize,
      Scheduler scheduler,
      Consumer<InFlight> deliver,
      Runnable roomAgain) {
    this.prefetch = prefetch;
    this.windowSize = windowSize;
    this.scheduler = scheduler;
    this.deliver = deliver;
    this.roomAgain = roomAgain;
  }

  /** A partition is this consumer's from now on. */
  synchronized void open(PartitionWindow window) {
    windows.put(window.partition(), window);
  }

  synchronized @Nullable PartitionWindow window(TopicPartition partition) {
    return windows.get(partition);
  }

  /** These partitions are another consumer's from now on. */
  void close(Collection<TopicPartition> partitions) {
    synchronized (this) {
      for (TopicPartition partition : partitions) {
        PartitionWindow window = windows.remove(partition);
        if (window != null) {
          unsettled -= window.close();
        }
      }
      ready.removeIf(message -> message.window().isClosed());
    }
    deliverWhatMay();
  }

  /** A record was read. Nothing is handed out before {@link #deliverWhatMay}. */
  void add(InFlight message) {
    Duration left = message.delayLeft();
    if (left.isZero()) {
      enter(message);
    } else {
      scheduler.schedule(left, () -> due(message));
    }
  }

  private void due(InFlight message) {
    enter(message);
    deliverWhatMay();
  }

  private synchronized void enter(InFlight message) {
    if (!message.window().isClosed() && message.window().enter(message)) {
      ready.add(message);
    }
  }

  /** Hands out what may be handed out. */
  void deliverWhatMay() {
    synchronized (this) {
      if (delivering) {
        return; // whoever is at it sees what has changed
      }
      delivering = true;
    }
    InFlight next = next();
    while (next != null) {
      deliver.accept(next);
      next = next();
    }
  }

  private @Nullable InFlight next() {
    Runnable quiet;
    synchronized (this) {
      while (!held && unsettled < prefetch) {
        InFlight first = ready.pollFirst();
        if (first == null) {
          break;
        }
        if (!first.isExpired(scheduler.nanoTime())) {
          unsettled++;
          first.window().delivered(1);
          return first;
        }
        finish(first);
      }
      delivering = false;
      quiet = whenQuiet;
      whenQuiet = null;
    }
    if (quiet != null) {
      quiet.run();
    }
    return null;
  }

  /** It is done, or comes again; false when its partition was lost. */
  boolean settle(InFlight message, Settlement settlement) {
    boolean wake;
    synchronized (this) {
      PartitionWindow window = message.window();
      if (window.isClosed()) {
        return false;
      }
      unsettled--;
      window.delivered(-1);
      switch (settlement.outcome()) {
        case DONE, DEAD -> finish(message);
        case RELEASE -> ready.addFirst(message);
        case RETRY -> window.tracker().retry(message.slot(), settlement.attempt());
      }
      wake = full && !isFull();
    }
    if (settlement.outcome() == Settlement.Outcome.RETRY) {
      scheduler.schedule(settlement.delay(), () -> again(message));
    }
    if (wake) {
      roomAgain.run();
    }
    deliverWhatMay();
    return true;
  }

  private void finish(InFlight message) {
    message.window().tracker().done(message.slot());
    InFlight next = message.window().leave(message);
    if (next != null) {
      ready.add(next);
    }
  }

  private void again(InFlight message) {
    synchronized (this) {
      if (message.window().isClosed()) {
        return;
      }
      ready.addFirst(message);
    }
    deliverWhatMay();
  }

  /** Hands out nothing until it is called with false. */
  void hold(boolean hold) {
    synchronized (this) {
      held = hold;
    }
    deliverWhatMay();
  }

  /** Hands out nothing more, and runs the action once nothing is being handed out. */
  void holdThen(Runnable action) {
    synchronized (this) {
      held = true;
      whenQuiet = action;
    }
    deliverWhatMay();
  }

  /** Whether nothing is unsettled. */
  synchronized boolean isQuiet() {
    return unsettled == 0;
  }

  /** Which partitions must not be read for the time being. */
  synchronized Collection<TopicPartition> tooFarAhead() {
    full = isFull();
    return windows.values().stream()
        .filter(window -> full && (isBacklogged() || isTooFar(window)))
        .map(PartitionWindow::partition)
        .toList();
  }

  private boolean isFull() {
    return isBacklogged() || windows.values().stream().anyMatch(this::isTooFar);
  }

  private boolean isBacklogged() {
    return held || ready.size() >= (full ? BACKLOG_LOW : BACKLOG_HIGH);
  }

  private boolean isTooFar(PartitionWindow window) {
    return window.tracker().span() > windowSize;
  }

  /** What of these partitions is to be committed. */
  synchronized Map<TopicPartition, OffsetAndMetadata> commits(
      Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> commits = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      PartitionWindow window = windows.get(partition);
      OffsetTracker.Commit commit = window == null ? null : window.tracker().takeCommit();
      if (commit != null) {
        commits.put(partition, new OffsetAndMetadata(commit.offset(), commit.metadata()));
      }
    }
    return commits;
  }

  /** What is to be committed if these were done too. */
  synchronized Map<TopicPartition, OffsetAndMetadata> commitsWith(Collection<InFlight> more) {
    Map<PartitionWindow, Set<OffsetTracker.Slot>> slots = new HashMap<>();
    for (InFlight message : more) {
      slots.computeIfAbsent(message.window(), window -> new HashSet<>()).add(message.slot());
    }
    Map<TopicPartition, OffsetAndMetadata> commits = new LinkedHashMap<>();
    for (PartitionWindow window : windows.values()) {
      OffsetTracker.Commit commit =
          window.tracker().commitWith(slots.getOrDefault(window, Set.of()));
      if (commit != null) {
        commits.put(window.partition(), new OffsetAndMetadata(commit.offset(), commit.metadata()));
      }
    }
    return commits;
  }

  /** They were not committed, and are due again. */
  synchronized void commitFailed(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      PartitionWindow window = windows.get(partition);
      if (window != null) {
        window.tracker().commitFailed();
      }
    }
  }

  synchronized Collection<TopicPartition> partitions() {
    return java.util.List.copyOf(windows.keySet());
  }

  /** Begins a record of a partition; null when it was done before, or the partition is lost. */
  synchronized OffsetTracker.@Nullable Slot begin(
      TopicPartition partition, long offset, int attempt) {
    PartitionWindow window = windows.get(partition);
    return window == null ? null : window.tracker().begin(offset, attempt);
  }

  /** All of a partition below that offset has been read. */
  synchronized void readUpTo(TopicPartition partition, long position) {
    PartitionWindow window = windows.get(partition);
    if (window != null) {
      window.tracker().readUpTo(position);
    }
  }
}
