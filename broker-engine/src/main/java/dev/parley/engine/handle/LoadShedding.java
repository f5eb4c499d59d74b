package dev.parley.engine.handle;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses requests that cannot be started early enough before their deadline, so that a server that
 * is asked for more than it can do still does all that it can.
 *
 * <p>When a request comes, its start is expected after all that wait before it, at the pace of the
 * last ones. When its turn has come, it is begun only if what is left is enough for nearly every
 * run of the handler, or half of its caller's time: work that is thrown away is what ends goodput
 * under overload. Where nothing was measured for a while one request is begun all the same, so that
 * a handler that has become quicker is noticed.
 *
 * <p>Requests without a deadline, and those nobody could be told of, are never refused. Called by
 * the transport's and the handlers' threads; guarded by its monitor.
 */
final class LoadShedding implements Admission {

  /** What of the time a caller gives is kept for the reply's way back, and for surprises. */
  private static final double RESERVE = 0.1;

  private static final long IDLE_NANOS = Duration.ofMillis(50).toNanos();
  private static final long TRIAL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long CALM_NANOS = Duration.ofSeconds(10).toNanos();
  private static final Logger log = LoggerFactory.getLogger(LoadShedding.class);

  private final int slots;
  private final String where;
  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;
  private final HandlingTime handling = new HandlingTime(); // guarded by this
  private final QueueAge ages = new QueueAge();
  private long activeNanos; // guarded by this
  private long measuredNanos; // guarded by this
  private long refusedNanos; // guarded by this

  LoadShedding(int slots, String where, LongSupplier nanoTime, LongSupplier wallMillis) {
    this.slots = slots;
    this.where = where;
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
    this.measuredNanos = nanoTime.getAsLong();
    this.activeNanos = measuredNanos;
    this.refusedNanos = measuredNanos - CALM_NANOS;
  }

  @Override
  public boolean takes(Attempt attempt, int waiting, int running) {
    seeWhetherIdle(waiting + running, attempt.delivery().receivedNanos());
    if (!attempt.canBeRefused()) {
      return true;
    }
    long allowed = attempt.allowedNanos();
    if (attempt.delivery().age() == null) {
      attempt.hiddenAge(
          ages.millis(attempt.delivery(), allowed / 1_000_000, wallMillis.getAsLong()) * 1_000_000);
    }
    return noted(canStart(attempt.leftNanos(), allowed, waiting));
  }

  /** Where nothing was done for a while, and could have been, there was nothing to do. */
  private synchronized void seeWhetherIdle(int busy, long nanos) {
    if (busy == 0 && nanos - activeNanos >= IDLE_NANOS) {
      ages.wasEmpty(nanos);
    }
    activeNanos = nanos;
  }

  @Override
  public boolean begins(Attempt attempt) {
    return !attempt.canBeRefused() || noted(isWorthIt(attempt.leftNanos(), attempt.allowedNanos()));
  }

  /**
   * Whether a request is expected to start early enough, that many being before it.
   *
   * @param left until its deadline
   * @param allowed what its caller gave it from the beginning
   */
  synchronized boolean canStart(long left, long allowed, int waiting) {
    if (waiting == 0 || !handling.isKnown()) {
      return true; // its turn comes at once
    }
    double start = waiting * handling.mean() / slots;
    return start + needed(allowed) <= left;
  }

  /** Whether it is begun with that much left. */
  synchronized boolean isWorthIt(long left, long allowed) {
    if (!handling.isKnown() || left >= needed(allowed)) {
      return true;
    }
    long now = nanoTime.getAsLong();
    if (now - measuredNanos < TRIAL_NANOS) {
      return false;
    }
    measuredNanos = now;
    return true;
  }

  /** Half of a caller's time is for waiting, at most; what takes longer is not our overload. */
  private double needed(long allowed) {
    return Math.min(handling.nearlyAll() + RESERVE * allowed, allowed / 2.0);
  }

  @Override
  public synchronized void ended(long nanos) {
    handling.measured(nanos);
    measuredNanos = nanoTime.getAsLong();
    activeNanos = measuredNanos;
  }

  /** An overload is one line in the log, at its begin. */
  private boolean noted(boolean admitted) {
    if (!admitted) {
      boolean begins;
      synchronized (this) {
        long now = nanoTime.getAsLong();
        begins = now - refusedNanos >= CALM_NANOS;
        refusedNanos = now;
      }
      if (begins) {
        log.warn(
            "{} is overloaded: requests that it cannot start in time are refused from now on",
            where);
      }
    }
    return admitted;
  }
}
