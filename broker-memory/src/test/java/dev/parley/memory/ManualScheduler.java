package dev.parley.memory;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes only when the test says so; for one thread. */
final class ManualScheduler implements Scheduler {

  private record Due(long at, long order, Runnable action) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
  private long now;
  private long order;
  private boolean stopped;

  ManualScheduler(long startNanos) {
    this.now = startNanos;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Task schedule(Duration delay, Runnable action) {
    Due entry = new Due(now + delay.toNanos(), order++, action);
    due.add(entry);
    return () -> due.remove(entry);
  }

  /** Runs what is due until then, each at its time. */
  void advance(Duration duration) {
    long end = now + duration.toNanos();
    while (!stopped && !due.isEmpty() && due.peek().at() <= end) {
      Due next = due.remove();
      now = Math.max(now, next.at());
      next.action().run();
    }
    now = end;
  }

  /** Runs what is due now. */
  void settle() {
    advance(Duration.ZERO);
  }

  int pending() {
    return due.size();
  }

  /** As the timer of a broker that was closed: nothing runs any more. */
  void stop() {
    stopped = true;
  }
}
