package dev.parley.engine.stream;

import dev.parley.BrokerException;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.spi.WireMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The items of a stream that were received and not taken yet: never more than were granted.
 *
 * <p>The transport's threads add, one reader takes, anybody may end it; guarded by its lock, which
 * is never held while something is sent or a listener is called.
 */
final class Inbound {

  /** The other side, and who reads. Called without a lock, by any thread; must not block. */
  interface Owner {

    /** That many items may be sent in all. */
    void grant(long items);

    /** The reader wants no more. */
    void abandoned(String reason);
  }

  private final StreamParts parts;
  private final String from;
  private final int credit;
  private final Owner owner;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<WireMessage> items = new ArrayDeque<>(); // guarded by lock, as all below
  private long expected = 1;
  private long taken;
  private long granted;
  private boolean ended;
  private boolean abandoned;
  private @Nullable RuntimeException error;
  private long activeNanos;
  private Runnable listener = () -> {};

  Inbound(StreamParts parts, String from, int credit, Owner owner) {
    this.parts = parts;
    this.from = from;
    this.credit = credit;
    this.granted = credit;
    this.owner = owner;
    this.activeNanos = parts.timer().nanoTime();
  }

  /** Who is told when something has changed, beside a thread that waits. */
  void listener(Runnable newListener) {
    locked(() -> listener = newListener);
  }

  /** How many items may be sent in all, as granted so far. */
  long granted() {
    lock.lock();
    try {
      return granted;
    } finally {
      lock.unlock();
    }
  }

  /** Whether an item has come already. */
  boolean hasBegun() {
    lock.lock();
    try {
      return expected > 1;
    } finally {
      lock.unlock();
    }
  }

  /** Adds an item; a duplicate is dropped. Says what is wrong with it; null when nothing is. */
  @Nullable BrokerException add(long seq, WireMessage item) {
    Runnable told;
    lock.lock();
    try {
      if (seq < expected || isOver()) {
        return null;
      }
      if (seq > expected || seq > granted) {
        return seq > expected ? gap(seq) : tooMany(seq);
      }
      expected++;
      items.add(item);
      told = touched();
    } finally {
      lock.unlock();
    }
    parts.counters().add(Counter.ITEMS_RECEIVED);
    told.run();
    return null;
  }

  /** The last frame has come, with that number; says what is wrong with it. */
  @Nullable BrokerException end(long seq) {
    Runnable told;
    lock.lock();
    try {
      if (seq > expected) {
        return gap(seq);
      }
      ended = true;
      told = touched();
    } finally {
      lock.unlock();
    }
    told.run();
    return null;
  }

  /** What is wrong when the last item has come before that number; null when nothing is. */
  @Nullable BrokerException gapBefore(long seq) {
    lock.lock();
    try {
      return seq > expected ? gap(seq) : null;
    } finally {
      lock.unlock();
    }
  }

  /** Ends it with an error, behind the items that are there. */
  void fail(RuntimeException why) {
    locked(
        () -> {
          if (!isOver()) {
            error = why;
          }
        });
  }

  /** Ends it with an error at once: what was not taken is dropped. */
  void failNow(RuntimeException why) {
    locked(
        () -> {
          if (!isOver()) {
            error = why;
          }
          items.clear();
        });
  }

  private void locked(Runnable change) {
    Runnable told;
    lock.lock();
    try {
      change.run();
      told = touched();
    } finally {
      lock.unlock();
    }
    told.run();
  }

  private Runnable touched() {
    activeNanos = parts.timer().nanoTime();
    changed.signalAll();
    return listener;
  }

  private boolean isOver() {
    return ended || error != null || abandoned;
  }

  private BrokerException gap(long seq) {
    return new ConnectionLostException(
        "The stream from " + from + " has lost items: " + seq + " came in place of " + expected,
        null);
  }

  private BrokerException tooMany(long seq) {
    return new ConnectionLostException(
        "The stream from "
            + from
            + " was ended: item "
            + seq
            + " was sent where "
            + granted
            + " were granted",
        null);
  }

  /** The next item; null when there is none now. Grants more when half of the credit is used. */
  @Nullable WireMessage poll() {
    long grant = 0;
    WireMessage item;
    lock.lock();
    try {
      item = items.poll();
      if (item != null) {
        taken++;
        activeNanos = parts.timer().nanoTime();
        if (!isOver() && granted - taken <= credit / 2) {
          granted = taken + credit;
          grant = granted;
        }
      }
    } finally {
      lock.unlock();
    }
    if (grant > 0) {
      owner.grant(grant);
    }
    return item;
  }

  /** Whether nothing more will come out. */
  boolean isDrained() {
    lock.lock();
    try {
      return abandoned || (items.isEmpty() && isOver());
    } finally {
      lock.unlock();
    }
  }

  /** What it ended with; null when all went well. */
  @Nullable RuntimeException error() {
    lock.lock();
    try {
      return error;
    } finally {
      lock.unlock();
    }
  }

  /** How long the reader has been waiting for the other side; 0 when it is not. */
  long waitingNanos() {
    lock.lock();
    try {
      return items.isEmpty() && !isOver() ? parts.timer().nanoTime() - activeNanos : 0;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is something to take, or nothing more will come: the timer ends it then. */
  void await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (items.isEmpty() && !isOver()) {
        changed.await(1, TimeUnit.SECONDS); // looks again by itself, whatever becomes of the timer
      }
    } finally {
      lock.unlock();
    }
  }

  /** The reader wants no more: what is there is dropped. Idempotent. */
  void abandon(String reason) {
    boolean tell;
    lock.lock();
    try {
      tell = !isOver();
      abandoned = true;
      items.clear();
      touched();
    } finally {
      lock.unlock();
    }
    if (tell) {
      owner.abandoned(reason);
    }
  }
}
