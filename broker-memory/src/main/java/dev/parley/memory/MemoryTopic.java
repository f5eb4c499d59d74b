package dev.parley.memory;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A topic: the queues of its groups and broadcasts. Any thread may call it; the collections are
 * concurrent ones, and a send works on the groups there were when it began.
 */
final class MemoryTopic {

  private final ConcurrentHashMap<String, MemoryQueue> groups = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<MemoryQueue> queues = new CopyOnWriteArrayList<>();

  /** The group's queue, made when it is missing. */
  MemoryQueue group(String name, Function<String, MemoryQueue> factory) {
    return groups.computeIfAbsent(
        name,
        group -> {
          MemoryQueue queue = factory.apply(group);
          queues.add(queue);
          return queue;
        });
  }

  void addBroadcast(MemoryQueue queue) {
    queues.add(queue);
  }

  void removeBroadcast(MemoryQueue queue) {
    queues.remove(queue);
  }

  List<MemoryQueue> queues() {
    return queues;
  }

  /** The groups and broadcasts of this moment. */
  Destination fanOut() {
    return new FanOut(List.copyOf(queues));
  }

  private record FanOut(List<MemoryQueue> queues) implements Destination {

    @Override
    public boolean reserve(long now) {
      for (int i = 0; i < queues.size(); i++) {
        if (!queues.get(i).reserve(now)) {
          queues.subList(0, i).forEach(MemoryQueue::unreserve);
          return false; // refused means that nobody gets it
        }
      }
      return true;
    }

    @Override
    public void add(Stored stored) {
      for (MemoryQueue queue : queues) {
        queue.add(stored.asAttempt(stored.attempt)); // each queue gives it a place of its own
      }
    }

    @Override
    public void drain() {
      for (MemoryQueue queue : queues) {
        queue.drain();
      }
    }
  }
}
