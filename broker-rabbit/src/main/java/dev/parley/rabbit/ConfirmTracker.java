package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import dev.parley.spi.support.Deadlines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of one channel are written and not confirmed, by delivery tag.
 *
 * <p>A ring indexed by tag holds the recent ones. A straggler, whose place in the ring is needed
 * for a newer tag, moves to a sorted map, so one message that RabbitMQ never confirms holds up
 * nothing.
 *
 * <p>The publisher's thread adds, the I/O thread confirms, the timer looks for what is overdue: all
 * under this object's monitor, and no listener is called with it held.
 */
final class ConfirmTracker {

  private final @Nullable PendingSend[] ring;
  private final int mask;
  private final TreeMap<Long, PendingSend> stragglers = new TreeMap<>();
  private long lowest = 1; // no tag below it is in the ring
  private long next = 1; // the tag after the last one added
  private long forgotten; // the highest tag that was taken out without an answer
  private boolean closed;

  /** With room for so many in the ring, a power of two. */
  ConfirmTracker(int ringSize) {
    this.ring = new PendingSend[ringSize];
    this.mask = ringSize - 1;
  }

  /**
   * The next tag is this message's; false when the channel is closed. Tags count from 1, as
   * RabbitMQ does.
   */
  synchronized boolean add(PendingSend send) {
    if (closed) {
      return false;
    }
    int slot = (int) next & mask;
    PendingSend straggler = ring[slot];
    if (straggler != null) {
      stragglers.put(next - ring.length, straggler);
    }
    ring[slot] = send;
    next++;
    lowest = Math.max(lowest, next - ring.length);
    return true;
  }

  /** Takes back the last {@link #add}, of a message that was not written. */
  synchronized void undoAdd() {
    next--;
    ring[(int) next & mask] = null;
  }

  /** Takes out what one answer of RabbitMQ is about, in order of tags. */
  void answered(long tag, boolean multiple, Consumer<PendingSend> each) {
    if (!multiple) {
      PendingSend send = take(tag);
      if (send != null) {
        each.accept(send);
      }
      return;
    }
    takeUpTo(tag).forEach(each);
  }

  private synchronized @Nullable PendingSend take(long tag) {
    if (tag >= next || tag < lowest) {
      return tag >= next ? null : stragglers.remove(tag);
    }
    int slot = (int) tag & mask;
    PendingSend send = ring[slot];
    ring[slot] = null;
    if (tag == lowest) {
      lowest++;
    }
    return send;
  }

  private synchronized List<PendingSend> takeUpTo(long tag) {
    List<PendingSend> taken = new ArrayList<>();
    Map<Long, PendingSend> old = stragglers.headMap(tag, true);
    taken.addAll(old.values());
    old.clear();
    for (; lowest <= tag && lowest < next; lowest++) {
      int slot = (int) lowest & mask;
      PendingSend send = ring[slot];
      if (send != null) {
        taken.add(send);
        ring[slot] = null;
      }
    }
    return taken;
  }

  /** The oldest that may be the message RabbitMQ returned; null when there is none. */
  synchronized @Nullable PendingSend returned(
      String exchange, String routingKey, AMQP.BasicProperties properties) {
    for (PendingSend send : stragglers.values()) {
      if (!send.isDone() && send.isReturned(exchange, routingKey, properties)) {
        return send;
      }
    }
    for (long tag = lowest; tag < next; tag++) {
      PendingSend send = ring[(int) tag & mask];
      if (send != null && !send.isDone() && send.isReturned(exchange, routingKey, properties)) {
        return send;
      }
    }
    return null;
  }

  /** Takes out what is overdue; the answer for it, if it ever comes, is about nothing then. */
  synchronized void takeOverdue(Deadlines<PendingSend> deadlines) {
    stragglers.values().removeIf(deadlines::isOverdue);
    for (long tag = lowest; tag < next; tag++) {
      PendingSend send = ring[(int) tag & mask];
      if (send != null && deadlines.isOverdue(send)) {
        ring[(int) tag & mask] = null;
        forgotten = tag;
      }
    }
  }

  /** Whether {@link #close} would give all messages since the oldest one it gives. */
  synchronized boolean isComplete() {
    return forgotten < lowest && stragglers.isEmpty();
  }

  /** Takes out all that are not done, in order of tags; nothing can be added any more. */
  synchronized List<PendingSend> close() {
    closed = true;
    List<PendingSend> open = new ArrayList<>(stragglers.values());
    stragglers.clear();
    for (; lowest < next; lowest++) {
      PendingSend send = ring[(int) lowest & mask];
      if (send != null) {
        open.add(send);
        ring[(int) lowest & mask] = null;
      }
    }
    open.removeIf(PendingSend::isDone);
    return open;
  }
}
