package dev.parley.spi.support;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Sees to it that every message has an outcome by its deadline, with one timer for all of them: it
 * goes off when the earliest deadline may have passed, and not more often than every 10 ms.
 *
 * <p>Any thread adds; the look at everything runs on the timer's thread. The two volatile fields
 * make the common case, a timer that goes off early enough anyway, free of locks; they are written
 * with the lock held.
 *
 * @param <T> what is pending
 */
public final class DeadlineSweep<T extends Deadlines.Pending> {

  private static final long MIN_NANOS = Duration.ofMillis(10).toNanos();

  private final Scheduler scheduler;
  private final Consumer<Deadlines<T>> look;
  private final Consumer<T> expire;
  private final Object lock = new Object();
  private volatile boolean scheduled;
  private volatile long atNanos;
  private Scheduler.Task task = () -> {};

  /** Looks at everything pending, taking out what is overdue, which then expires. */
  public DeadlineSweep(Scheduler scheduler, Consumer<Deadlines<T>> look, Consumer<T> expire) {
    this.scheduler = scheduler;
    this.look = look;
    this.expire = expire;
  }

  /** Something with that deadline is pending now. */
  public void add(long deadlineNanos) {
    if (scheduled && deadlineNanos - atNanos >= 0) {
      return;
    }
    synchronized (lock) {
      if (scheduled && deadlineNanos - atNanos >= 0) {
        return;
      }
      task.cancel();
      atNanos = deadlineNanos;
      scheduled = true;
      long wait = Math.max(0, deadlineNanos - scheduler.nanoTime());
      task = scheduler.schedule(Duration.ofNanos(wait), this::sweep);
    }
  }

  private void sweep() {
    synchronized (lock) {
      scheduled = false; // from now on an earlier deadline sets a timer of its own
    }
    long now = scheduler.nanoTime();
    Deadlines<T> deadlines = new Deadlines<>(now);
    look.accept(deadlines);
    deadlines.overdue().forEach(expire);
    if (deadlines.nextNanos() != Long.MAX_VALUE) {
      add(now + Math.max(MIN_NANOS, deadlines.nextNanos()));
    }
  }
}
