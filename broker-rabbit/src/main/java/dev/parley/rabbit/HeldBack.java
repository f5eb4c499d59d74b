package dev.parley.rabbit;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The deliveries of one session that wait for their next attempt here, unacknowledged, because the
 * server has no delay queues. A timer waits, and no thread.
 *
 * <p>Any thread holds back; the timer's thread ends a wait, or whoever hurries. The set is
 * concurrent, and whoever takes a delivery out of it goes on with it. It is bounded by what the
 * session may fetch.
 */
final class HeldBack {

  private static final int MAX_ROOM = 1_000;

  private final Scheduler scheduler;
  private final Runnable changed;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean hurried;

  /** Tells when {@link #room} may have changed. */
  HeldBack(Scheduler scheduler, Runnable changed) {
    this.scheduler = scheduler;
    this.changed = changed;
  }

  /** One delivery, with what is to be done when its time has come; compared by identity. */
  private static final class Waiting {
    final Runnable next;
    volatile Scheduler.Task task = () -> {};

    Waiting(Runnable next) {
      this.next = next;
    }
  }

  /** Goes on after the delay, or at once when hurried; the action must not block. */
  void hold(Duration delay, Runnable next) {
    Waiting held = new Waiting(next);
    waiting.add(held);
    held.task = scheduler.schedule(delay, () -> goOn(held));
    if (hurried) {
      goOn(held); // hurry() may have looked before it was there
    } else {
      changed.run();
    }
  }

  private void goOn(Waiting held) {
    if (waiting.remove(held)) {
      held.task.cancel();
      changed.run();
      held.next.run();
    }
  }

  /**
   * How much more may be fetched, so that what waits does not hold up others; bounded, since what
   * waits is in memory.
   */
  int room() {
    return Math.min(MAX_ROOM, waiting.size());
  }

  /** Nothing waits any longer, now or later: the session ends, or nothing more is fetched. */
  void hurry() {
    hurried = true;
    waiting.forEach(this::goOn);
  }
}
