package dev.parley.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The ids of entries that are pending with this consumer and not with its handler: they are
 * delayed, or wait for room. Bodies stay with Redis. Confined to the monitor of its owner.
 */
final class Held {

  /** An entry that is over the bound stays pending, and is claimed again by whoever has room. */
  private static final int MAX = 100_000;

  private record Entry(long dueNanos, String id) {}

  private final TreeSet<Entry> byTime =
      new TreeSet<>(
          (a, b) -> {
            int order = Long.signum(a.dueNanos() - b.dueNanos()); // nano times are compared so
            return order != 0 ? order : a.id().compareTo(b.id());
          });
  private final Map<String, Entry> byId = new HashMap<>();

  /** Keeps an id until then; one that is kept already keeps its time. */
  void add(String id, long dueNanos) {
    if (byId.size() < MAX && !byId.containsKey(id)) {
      Entry entry = new Entry(dueNanos, id);
      byId.put(id, entry);
      byTime.add(entry);
    }
  }

  void remove(String id) {
    Entry entry = byId.remove(id);
    if (entry != null) {
      byTime.remove(entry);
    }
  }

  /** How many are due, counted up to the limit. */
  int countDue(long nowNanos, int limit) {
    int count = 0;
    for (Entry entry : byTime) {
      if (count == limit || entry.dueNanos() - nowNanos > 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Whether one is due. */
  boolean isDue(long nowNanos) {
    return !byTime.isEmpty() && byTime.first().dueNanos() - nowNanos <= 0;
  }

  /** Takes out what is due, the longest due first. */
  List<String> takeDue(long nowNanos, int limit) {
    List<String> due = new ArrayList<>();
    while (due.size() < limit && isDue(nowNanos)) {
      Entry entry = byTime.first();
      remove(entry.id());
      due.add(entry.id());
    }
    return due;
  }

  /** When the next is due; null when nothing is held. */
  @Nullable Long nextNanos() {
    return byTime.isEmpty() ? null : byTime.first().dueNanos();
  }

  /** All ids, with when they are due. */
  Map<String, Long> all() {
    Map<String, Long> all = new HashMap<>();
    byId.forEach((id, entry) -> all.put(id, entry.dueNanos()));
    return all;
  }

  void clear() {
    byId.clear();
    byTime.clear();
  }
}
