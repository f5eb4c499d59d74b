package dev.parley.spi.support;

import java.util.ArrayList;
import java.util.List;

/**
 * One look at everything that is pending: what is overdue now, and when the next will be. Confined
 * to the thread that looks.
 *
 * @param <T> what is pending
 */
public final class Deadlines<T extends Deadlines.Pending> {

  /** Something with an outcome by its deadline. Any thread may ask. */
  public interface Pending {

    /** Whether it has its outcome. */
    boolean isDone();

    /** When it must have one, by {@link dev.parley.spi.Scheduler#nanoTime()}. */
    long deadlineNanos();
  }

  private final long nowNanos;
  private final List<T> overdue = new ArrayList<>();
  private long nextNanos = Long.MAX_VALUE;

  /** A look at that moment. */
  public Deadlines(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  /** Notes a pending message; true when it is overdue. */
  public boolean isOverdue(T send) {
    if (send.isDone()) {
      return false;
    }
    long left = send.deadlineNanos() - nowNanos;
    if (left <= 0) {
      overdue.add(send);
      return true;
    }
    nextNanos = Math.min(nextNanos, left);
    return false;
  }

  /** What was found overdue. */
  public List<T> overdue() {
    return overdue;
  }

  /** How long until the next is overdue; {@link Long#MAX_VALUE} when nothing is pending. */
  public long nextNanos() {
    return nextNanos;
  }
}
