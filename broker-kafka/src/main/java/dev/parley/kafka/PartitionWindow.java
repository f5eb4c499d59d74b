package dev.parley.kafka;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition as long as it is this consumer's: what of it is under way, and which keys wait for
 * the message before them. Guarded by {@link Deliveries}, except for {@link #isClosed}.
 */
final class PartitionWindow {

  private final TopicPartition partition;
  private final OffsetTracker tracker;
  private final Map<String, Queue<InFlight>> lanes = new HashMap<>();
  private int delivered;
  private volatile boolean closed;

  PartitionWindow(TopicPartition partition, OffsetTracker tracker) {
    this.partition = partition;
    this.tracker = tracker;
  }

  TopicPartition partition() {
    return partition;
  }

  OffsetTracker tracker() {
    return tracker;
  }

  /** Whether it is another consumer's now. Any thread. */
  boolean isClosed() {
    return closed;
  }

  /** It belongs to another consumer; returns how many deliveries of it were unsettled. */
  int close() {
    closed = true;
    lanes.clear();
    return delivered;
  }

  void delivered(int change) {
    delivered += change;
  }

  /** Whether the message may go, or else waits here for the one of its key before it. */
  boolean enter(InFlight message) {
    String key = message.key();
    if (key == null) {
      return true;
    }
    Queue<InFlight> lane = lanes.get(key);
    if (lane != null) {
      lane.add(message);
      return false;
    }
    lanes.put(key, new ArrayDeque<>(2));
    return true;
  }

  /** The message is done; the next of its key, null when there is none. */
  @Nullable InFlight leave(InFlight message) {
    String key = message.key();
    Queue<InFlight> lane = key == null ? null : lanes.get(key);
    if (key == null || lane == null) {
      return null;
    }
    InFlight next = lane.poll();
    if (next == null) {
      lanes.remove(key);
    }
    return next;
  }
}
