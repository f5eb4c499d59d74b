package dev.parley.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.spi.Delivery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What must be in every queue, told ahead of the broker: the other half of the random test. */
final class MemoryModel {

  /** A message on its way. */
  static final class Entry {

    final String queue;
    final String id;
    final long expiresAt;
    int attempt = 1;
    long place;

    Entry(String queue, String id, long expiresAt) {
      this.queue = queue;
      this.id = id;
      this.expiresAt = expiresAt;
    }
  }

  /** A consumer as the model knows it. */
  static final class Holder {

    final String queue;
    final int prefetch;
    final Map<Delivery, Entry> unsettled = new HashMap<>();
    boolean paused;
    boolean stopped;

    Holder(String queue, int prefetch) {
      this.queue = queue;
      this.prefetch = prefetch;
    }

    boolean free() {
      return unsettled.size() < prefetch && !paused && !stopped;
    }
  }

  private record Later(long at, long order, Entry entry) {}

  final List<Holder> holders = new ArrayList<>();
  final Set<Holder> losing = new HashSet<>();
  private final Map<String, TreeMap<Long, Entry>> ready = new HashMap<>();
  private final List<Later> later = new ArrayList<>();
  private final ManualScheduler clock;
  private long places;
  private int live;

  MemoryModel(ManualScheduler clock, List<String> queues) {
    this.clock = clock;
    queues.forEach(queue -> ready.put(queue, new TreeMap<>()));
  }

  void sent(Entry entry, long delayNanos) {
    live++;
    put(entry, delayNanos);
  }

  void put(Entry entry, long delayNanos) {
    if (delayNanos == 0) {
      entry.place = places++;
      ready.get(entry.queue).put(entry.place, entry);
    } else {
      later.add(new Later(clock.nanoTime() + delayNanos, places++, entry));
    }
  }

  void finished() {
    live--;
  }

  void returned(Entry entry) {
    ready.get(entry.queue).put(entry.place, entry);
  }

  /** When the next message leaves its delay; never if there is none. */
  long nextDue() {
    return later.stream().mapToLong(Later::at).min().orElse(Long.MAX_VALUE);
  }

  /** Tells the model that it is that late. */
  void passedTo(long now) {
    List<Later> due = later.stream().filter(each -> each.at() <= now).toList();
    later.removeAll(due);
    due.stream()
        .sorted(Comparator.comparingLong(Later::at).thenComparingLong(Later::order))
        .forEach(each -> put(each.entry(), 0));
  }

  /** A delivery must be the head of its queue, for somebody who is free. */
  void delivered(Holder holder, Delivery delivery) {
    sweep();
    TreeMap<Long, Entry> queue = ready.get(holder.queue);
    expire(queue);
    assertThat(holder.free()).as("a delivery within prefetch, not paused or stopped").isTrue();
    assertThat(queue).as("delivered, so it must be there").isNotEmpty();
    Entry head = queue.pollFirstEntry().getValue();
    assertThat(delivery.message().messageId()).isEqualTo(head.id);
    assertThat(delivery.attempt()).isEqualTo(head.attempt);
    holder.unsettled.put(delivery, head);
  }

  /** Takes back what was lost; only those who lose something on purpose may. */
  void sweep() {
    for (Holder holder : holders) {
      holder
          .unsettled
          .entrySet()
          .removeIf(
              each -> {
                boolean lost = each.getKey().lost();
                if (lost) {
                  assertThat(losing).contains(holder);
                  returned(each.getValue());
                }
                return lost;
              });
    }
  }

  /** Between two operations nobody who is free waits for a message that is there. */
  void checkQuiet() {
    sweep();
    ready.forEach(
        (name, queue) -> {
          expire(queue);
          boolean anyFree =
              holders.stream().anyMatch(each -> each.queue.equals(name) && each.free());
          assertThat(anyFree && !queue.isEmpty())
              .as("somebody is free and %s holds %s messages", name, queue.size())
              .isFalse();
        });
  }

  int live() {
    return live;
  }

  private void expire(Map<Long, Entry> queue) {
    queue
        .values()
        .removeIf(
            entry -> {
              boolean expired = clock.nanoTime() >= entry.expiresAt;
              live -= expired ? 1 : 0;
              return expired;
            });
  }
}
