package dev.parley.memory;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The one clock and the one timer of a space. Both are borrowed from the scheduler of a transport
 * that is attached; when that one leaves, the next takes over, and neither time nor what is due is
 * lost.
 *
 * <p>Any thread may call it. The list of schedulers and what is due are guarded by this object; the
 * clock is a volatile reference, because it is read for every message.
 */
final class SpaceTime implements Executor {

  /** About 73 years: longer waits are cut to this, so that differences of times do not overflow. */
  private static final long LONGEST = Long.MAX_VALUE / 4;

  private record Clock(@Nullable Scheduler scheduler, long offset) {

    long now() {
      return (scheduler == null ? System.nanoTime() : scheduler.nanoTime()) + offset;
    }
  }

  private record Due(long at, long order, Runnable action) implements Comparable<Due> {

    @Override
    public int compareTo(Due other) {
      int byTime = Long.signum(at - other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final List<Scheduler> attached = new ArrayList<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final SerialDrain drain = SerialDrain.unlimited(this::runNext);
  private volatile Clock clock = new Clock(null, 0);
  private long order;
  private @Nullable Due armedFor;
  private Scheduler.@Nullable Task armed;

  /** Nanoseconds, at most 73 years. */
  static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofNanos(LONGEST)) > 0 ? LONGEST : duration.toNanos();
  }

  /** The time of this space in nanoseconds, comparable only with other values from here. */
  long now() {
    return clock.now();
  }

  /** The time of this space at that moment of that scheduler, which is now. */
  long at(Scheduler scheduler, long nanoTime) {
    Clock current = clock;
    return current.scheduler == scheduler ? nanoTime + current.offset : current.now();
  }

  synchronized void attach(Scheduler scheduler) {
    attached.add(scheduler);
    if (clock.scheduler == null) {
      follow(scheduler);
    }
  }

  synchronized void detach(Scheduler scheduler) {
    attached.remove(scheduler);
    if (clock.scheduler == scheduler && !attached.contains(scheduler)) {
      follow(attached.isEmpty() ? null : attached.get(0));
    }
  }

  private void follow(@Nullable Scheduler scheduler) {
    long now = clock.now();
    clock = new Clock(scheduler, now - new Clock(scheduler, 0).now());
    disarm();
    arm();
  }

  /** Runs the action after the delay; what is due at the same time runs in the order of calls. */
  synchronized void schedule(long delayNanos, Runnable action) {
    due.add(new Due(now() + delayNanos, order++, action));
    arm();
  }

  /** Runs the action soon, not on this stack. */
  @Override
  public void execute(Runnable action) {
    schedule(0, action);
  }

  /** Forgets all that is due: the space is gone. */
  synchronized void clear() {
    due.clear();
    disarm();
  }

  private void arm() {
    Due first = due.peek();
    Scheduler scheduler = clock.scheduler;
    if (first == null || first.equals(armedFor) || scheduler == null) {
      return; // without a scheduler nobody is here; whoever attaches next arms it
    }
    disarm();
    armedFor = first;
    long wait = Math.max(0, first.at - now());
    armed = scheduler.schedule(Duration.ofNanos(wait), this::run);
  }

  private void disarm() {
    armedFor = null;
    if (armed != null) {
      armed.cancel();
      armed = null;
    }
  }

  private void run() {
    synchronized (this) {
      armedFor = null; // so that a timer that fires too early is armed again
      armed = null;
    }
    drain.run();
  }

  private boolean runNext() {
    Due next;
    synchronized (this) {
      next = due.peek();
      if (next == null || next.at - now() > 0) {
        arm();
        return false;
      }
      due.remove();
    }
    next.action.run();
    return true;
  }
}
