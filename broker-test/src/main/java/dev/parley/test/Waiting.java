package dev.parley.test;

import dev.parley.memory.MemoryBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Waits for what a test expects, with a limit, woken by what happens. Any thread may call it; the
 * numbers of dead letters the test has seen are guarded by this object.
 */
final class Waiting {

  private final Recorder recorder;
  private final RunningHandlers running;
  private final Changes changes;
  private final MemoryBroker memory;
  private final Story story;
  private final Duration limit;
  private final Map<String, Integer> seenDeadLetters = new HashMap<>();

  Waiting(
      Recorder recorder,
      RunningHandlers running,
      Changes changes,
      MemoryBroker memory,
      Story story,
      Duration limit) {
    this.recorder = recorder;
    this.running = running;
    this.changes = changes;
    this.memory = memory;
    this.story = story;
    this.limit = limit;
  }

  void handled(String name) {
    until(
        () -> settled(name) && (anyDied(name) || recorder.acknowledged(name) > 0),
        "Not every message of \"" + name + "\" was handled");
    if (anyDied(name)) {
      List<Event.Sent> died = recorder.deadLetters(name);
      throw story.failure(
          Text.count(died.size(), "message")
              + " of \""
              + name
              + "\" failed for good; if that is what the test expects, ask deadLettersOf(\""
              + name
              + "\") instead:");
    }
  }

  void handled(String name, int count) {
    until(
        () -> recorder.acknowledged(name) >= count,
        "Not " + Text.count(count, "message") + " of \"" + name + "\" handled");
  }

  void published(String name, int count) {
    until(
        () -> recorder.published(name).size() >= count,
        "Not " + Text.count(count, "message") + " published to \"" + name + "\"");
  }

  void idle() {
    until(
        () -> {
          long seen = changes.count();
          boolean idle = running.none() && memory.held().stream().noneMatch(Waiting::hasWork);
          // The queues were not looked at all at once: what moved meanwhile may have been missed.
          return idle && changes.count() == seen;
        },
        "The broker was not idle");
  }

  /** The test has been told of that many dead letters, so it expects them. */
  synchronized void seenDeadLetters(String name, int count) {
    seenDeadLetters.merge(name, count, Math::max);
  }

  private synchronized boolean anyDied(String name) {
    return recorder.deadLetters(name).size() > seenDeadLetters.getOrDefault(name, 0);
  }

  /** Whether nothing waits, is delayed or unsettled in what is handled under that name. */
  private boolean settled(String name) {
    return memory.held().stream()
        .noneMatch(held -> held.source().name().equals(name) && hasWork(held));
  }

  private static boolean hasWork(MemoryBroker.Held held) {
    return held.consumed() && held.messages() > 0;
  }

  private void until(BooleanSupplier condition, String headline) {
    long deadline = System.nanoTime() + limit.toNanos();
    long seen = changes.count();
    while (!condition.getAsBoolean()) {
      if (!changedSince(seen, deadline) || deadline - System.nanoTime() <= 0) {
        throw story.failure(headline + " within " + limit + ".");
      }
      seen = changes.count();
    }
  }

  private boolean changedSince(long seen, long deadline) {
    try {
      return changes.awaitMoreThan(seen, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw story.failure("The test was interrupted while it waited.");
    }
  }
}
