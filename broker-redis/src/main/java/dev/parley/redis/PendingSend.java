package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.support.Deadlines;
import dev.parley.spi.support.SendBudget;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message on its way: waiting, then written, then done, whichever way.
 *
 * <p>Whoever changes the state by compare-and-set owns the step: the thread that drains writes;
 * Lettuce's threads (answers, losses), the timer (deadlines) or the draining thread complete.
 */
final class PendingSend implements Deadlines.Pending {

  private static final Logger log = LoggerFactory.getLogger(PendingSend.class);

  private static final int WAITING = 0;
  private static final int WRITTEN = 1;
  private static final int DONE = 2;

  private final Address to;
  private final Publication publication;
  private final long deadlineNanos;
  private final SendBudget budget;
  private final SendListener listener;
  private final AtomicInteger state = new AtomicInteger(WAITING);
  private volatile long number; // written by the thread that drains

  /**
   * A message that waits.
   *
   * @param deadlineNanos by {@link Scheduler#nanoTime()}
   */
  PendingSend(
      Address to,
      Publication publication,
      long deadlineNanos,
      SendBudget budget,
      SendListener listener) {
    this.to = to;
    this.publication = publication;
    this.deadlineNanos = deadlineNanos;
    this.budget = budget;
    this.listener = listener;
  }

  Address to() {
    return to;
  }

  Publication publication() {
    return publication;
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public boolean isDone() {
    return state.get() == DONE;
  }

  /** Its place among all that were ever written. */
  long number() {
    return number;
  }

  void number(long place) {
    number = place;
  }

  /**
   * Whether it may be sent twice: whoever reads replies takes the first, and each item of a stream
   * once.
   */
  boolean isRepeatable() {
    return to.kind() == Address.Kind.REPLY;
  }

  /** It is about to be written; false when it is done already. */
  boolean beginWrite() {
    return state.compareAndSet(WAITING, WRITTEN);
  }

  /** It waits again; false when it is done by now. */
  boolean undoWrite() {
    return state.compareAndSet(WRITTEN, WAITING);
  }

  /** Done, whatever the state; without effect when it was done before. */
  void complete(SendResult result) {
    if (state.getAndSet(DONE) == DONE) {
      return;
    }
    budget.release(publication.size());
    try {
      listener.completed(result);
    } catch (RuntimeException e) {
      log.error("A send listener threw", e);
    }
  }

  /** Done because its time is up: unknown if it was written, refused if it never left. */
  void expire(String waitingFor) {
    if (state.get() == WRITTEN) {
      complete(SendResult.unknown("Redis did not confirm " + to + " in time", null));
    } else {
      complete(SendResult.refused("not sent to " + to + " in time: " + waitingFor, null));
    }
  }
}
