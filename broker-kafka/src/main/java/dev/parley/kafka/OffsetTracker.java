package dev.parley.kafka;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows of one partition what is under way, what is done, and so what may be committed: the first
 * offset that is not done yet, never one past it, and beside it what is done past it.
 *
 * <p>Offsets need not follow each other: transactions and compaction leave gaps. Not thread-safe;
 * {@link Deliveries} guards it.
 */
final class OffsetTracker {

  /** One record under way. */
  static final class Slot {
    private final long offset;
    private int attempt;
    private boolean done;

    private Slot(long offset, int attempt) {
      this.offset = offset;
      this.attempt = attempt;
    }

    int attempt() {
      return attempt;
    }
  }

  /** What to commit. */
  record Commit(long offset, String metadata) {}

  private final ArrayDeque<Slot> slots = new ArrayDeque<>();
  private final CommitMetadata before;
  private final long start;
  private long next;
  private int open;
  private boolean dirty;

  /**
   * After what was committed before; {@link #next} is where reading begins.
   *
   * @param committed the offset that was committed, or the first that will be read
   */
  OffsetTracker(long committed, CommitMetadata before) {
    this.start = committed;
    this.next = committed;
    this.before = before;
  }

  /** The same for a record that is at its first attempt, unless another is remembered. */
  @Nullable Slot begin(long offset) {
    return begin(offset, 1);
  }

  /**
   * A record was read; null when it was done before, and must not be handled again.
   *
   * @param first the attempt it is at where none is remembered
   */
  @Nullable Slot begin(long offset, int first) {
    if (offset < next) {
      throw new IllegalStateException("offset " + offset + " was read before " + next);
    }
    next = offset + 1;
    Slot slot = new Slot(offset, Math.max(first, before.attempt(offset - start)));
    if (before.isDone(offset - start)) {
      slot.done = true;
      slots.add(slot);
      dropDone();
      return null;
    }
    slots.add(slot);
    open++;
    return slot;
  }

  /** All below that offset has been read: what was not begun is not for anybody. */
  void readUpTo(long position) {
    if (position > next) {
      next = position;
      dirty |= slots.isEmpty();
    }
  }

  /** Finished, in any order. */
  void done(Slot slot) {
    if (slot.done) {
      throw new IllegalStateException("offset " + slot.offset + " is done twice");
    }
    slot.done = true;
    open--;
    dirty = true;
    dropDone();
  }

  /** It has failed, and comes again as that attempt. */
  void retry(Slot slot, int attempt) {
    slot.attempt = attempt;
    dirty = true;
  }

  private void dropDone() {
    Slot first = slots.peekFirst();
    while (first != null && first.done) {
      slots.removeFirst();
      dirty = true;
      first = slots.peekFirst();
    }
  }

  /** The first offset that is not done; the next to be read when all is. */
  long prefix() {
    Slot first = slots.peekFirst();
    return first == null ? next : first.offset;
  }

  /** How many offsets lie between the first that is not done and the last that was read. */
  long span() {
    return next - prefix();
  }

  /** How many records are not done. */
  int open() {
    return open;
  }

  /** What to commit, when it has changed since it was asked for last; null when not. */
  @Nullable Commit takeCommit() {
    if (!dirty) {
      return null;
    }
    dirty = false;
    return commit(Set.of());
  }

  /**
   * What to commit if these were done too; nothing changes by asking. Null when that is nothing
   * new.
   */
  @Nullable Commit commitWith(Set<Slot> more) {
    if (!dirty && more.isEmpty()) {
      return null;
    }
    dirty = false;
    return commit(more);
  }

  private Commit commit(Set<Slot> more) {
    long from = next;
    for (Slot slot : slots) {
      if (!slot.done && !more.contains(slot)) {
        from = slot.offset;
        break;
      }
    }
    return new Commit(from, metadata(from, more).encode());
  }

  /** The last commit was in vain: it is due again. */
  void commitFailed() {
    dirty = true;
  }

  private CommitMetadata metadata(long from, Set<Slot> more) {
    SortedMap<Integer, Integer> attempts = new TreeMap<>();
    BitSet done = new BitSet();
    for (Slot slot : slots) {
      long distance = slot.offset - from;
      if (distance >= CommitMetadata.REACH) {
        break;
      }
      if (distance < 0) {
        continue;
      }
      if (slot.done || more.contains(slot)) {
        done.set((int) distance);
      } else if (slot.attempt > 1) {
        attempts.put((int) distance, slot.attempt);
      }
    }
    before.copyFrom(next - start, from - start, attempts, done); // known, and not read again yet
    return before.with(attempts, done);
  }

  @Override
  public String toString() {
    return "OffsetTracker[" + prefix() + ".." + next + ", " + open + " open]";
  }
}
