package dev.parley.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * One look at everything that is pending: what is overdue now, and when the next will be. Confined
 * to the thread that looks.
 */
final class Deadlines {

  private final long nowNanos;
  private final List<PendingSend> overdue = new ArrayList<>();
  private long nextNanos = Long.MAX_VALUE;

  Deadlines(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  /** Notes a pending message; true when it is overdue. */
  boolean isOverdue(PendingSend send) {
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

  List<PendingSend> overdue() {
    return overdue;
  }

  /** How long until the next is overdue; {@link Long#MAX_VALUE} when nothing is pending. */
  long nextNanos() {
    return nextNanos;
  }
}
