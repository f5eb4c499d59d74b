package dev.parley.engine.stream;

import dev.parley.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The time of one stream at its server: gives the caller signs, misses its signs, and keeps the
 * deadline, which is never told.
 *
 * <p>Started once; the transport's threads hear, the timer looks, anybody stops it.
 */
final class CallerWatch {

  /** What it calls, on the timer's thread; must not block. */
  interface Owner {

    /** Whether nothing is left to be watched. */
    boolean isOver();

    /** The caller is gone, or no longer waits. */
    void gone();

    /** A sign is due. */
    void sign();
  }

  private final StreamParts parts;
  private final CallerLine line;
  private final boolean credited;
  private final long deadlineNanos;
  private final Owner owner;
  private volatile long heardNanos;
  private volatile Scheduler.@Nullable Task task;

  /**
   * For a caller that gives signs, or not, and waits until that deadline, {@link Long#MAX_VALUE}
   * for ever.
   */
  CallerWatch(
      StreamParts parts, CallerLine line, boolean credited, long deadlineNanos, Owner owner) {
    this.parts = parts;
    this.line = line;
    this.credited = credited;
    this.deadlineNanos = deadlineNanos;
    this.owner = owner;
  }

  void start() {
    heard();
    schedule();
  }

  /** The caller has given a sign. */
  void heard() {
    heardNanos = now();
  }

  void stop() {
    Scheduler.Task waiting = task;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void schedule() {
    long next = parts.tick().toNanos();
    if (credited) {
      next = Math.min(next, heardNanos + parts.silence().toNanos() - now());
    }
    if (deadlineNanos != Long.MAX_VALUE) {
      next = Math.min(next, deadlineNanos - now());
    }
    task = parts.timer().scheduleNanos(next, this::look);
  }

  private void look() {
    if (owner.isOver()) {
      return;
    }
    boolean late = deadlineNanos != Long.MAX_VALUE && deadlineNanos - now() <= 0;
    if (late || (credited && now() - heardNanos >= parts.silence().toNanos())) {
      owner.gone();
      return;
    }
    if (now() - line.sentNanos() >= parts.heartbeat().toNanos()) {
      owner.sign();
    }
    schedule();
  }

  private long now() {
    return parts.timer().nanoTime();
  }
}
