package dev.parley.engine.runtime;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one timer of a broker: a hashed wheel of 512 slots and 5 milliseconds a tick, with a thread
 * that sleeps while nothing is scheduled for a while.
 *
 * <p>Scheduling and cancelling are constant in time and lock one slot. Threads: any may schedule
 * and cancel; the timer thread alone advances {@code processed}, holding the lock of the slot it
 * enters, so a task put into a slot under that lock for a later tick is always found.
 */
public final class TimerWheel implements Scheduler {

  private static final Logger log = LoggerFactory.getLogger(TimerWheel.class);
  private static final int SLOTS = 512;

  /** Who makes one call after the other should not wake this thread for each. */
  private static final int IDLE_TICKS = 20;

  private static final long TICK_NANOS = Duration.ofMillis(5).toNanos();

  private final LongSupplier clock;
  private final long origin;
  private final Slot[] slots = new Slot[SLOTS];
  private final AtomicInteger pending = new AtomicInteger();
  private final Thread thread;
  private volatile long processed;
  private volatile boolean asleep;
  private volatile boolean closed;

  private TimerWheel(LongSupplier clock, ThreadFactory threads) {
    this.clock = clock;
    this.origin = clock.getAsLong();
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Slot();
    }
    this.thread = threads.newThread(this::run);
  }

  /** A running timer with the system's clock. */
  public static TimerWheel start(String name, ThreadFactory threads) {
    TimerWheel wheel = new TimerWheel(System::nanoTime, threads);
    wheel.thread.setName(name);
    wheel.thread.start();
    return wheel;
  }

  /** A timer without a running thread, for tests: {@link #advance()} does the work. */
  static TimerWheel manual(LongSupplier clock) {
    return new TimerWheel(clock, Thread::new);
  }

  @Override
  public long nanoTime() {
    return clock.getAsLong();
  }

  @Override
  public Task schedule(Duration delay, Runnable action) {
    return scheduleNanos(Durations.nanos(delay), action);
  }

  /** As {@link #schedule}, in nanoseconds. */
  public Task scheduleNanos(long delayNanos, Runnable action) {
    long due = clock.getAsLong() - origin + Math.max(0, delayNanos);
    Entry entry = new Entry(action, (due < 0 ? Long.MAX_VALUE : due) / TICK_NANOS + 1);
    place(entry);
    pending.getAndIncrement();
    if (asleep) {
      LockSupport.unpark(thread);
    }
    return entry;
  }

  private void place(Entry entry) {
    while (true) {
      Slot slot = slots[(int) (entry.tick % SLOTS)];
      synchronized (slot) {
        if (entry.tick > processed) {
          entry.slot = slot;
          slot.link(entry);
          return;
        }
      }
      entry.tick = processed + 1; // the wheel has passed while this thread was held up
    }
  }

  /** How many actions wait. */
  public int pending() {
    return pending.get();
  }

  /** Ends the thread; nothing runs any more. Idempotent. */
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    int idle = 0;
    while (!closed) {
      advance();
      idle = pending.get() == 0 ? idle + 1 : 0;
      if (idle < IDLE_TICKS) {
        long nextTick = (processed + 1) * TICK_NANOS + origin;
        LockSupport.parkNanos(this, Math.max(1, nextTick - clock.getAsLong()));
      } else {
        sleep();
        idle = 0;
      }
    }
  }

  /** Until something is scheduled, which looks at {@code asleep} after it has counted itself. */
  private void sleep() {
    asleep = true;
    if (pending.get() == 0 && !closed) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  /** Runs what is due by now. */
  void advance() {
    long now = (clock.getAsLong() - origin) / TICK_NANOS;
    long from = Math.max(processed + 1, now - SLOTS + 1); // one round sees every slot
    List<Entry> due = new ArrayList<>();
    for (long tick = from; tick <= now; tick++) {
      Slot slot = slots[(int) (tick % SLOTS)];
      synchronized (slot) {
        processed = tick;
        slot.takeDue(now, due);
      }
    }
    due.forEach(this::fire);
  }

  private void fire(Entry entry) {
    pending.decrementAndGet();
    if (closed) {
      return;
    }
    try {
      entry.action.run();
    } catch (RuntimeException | Error e) {
      log.error("A timer action failed; the timer goes on", e);
    }
  }

  /** A doubly linked list of entries, guarded by its own monitor. */
  private static final class Slot {
    private @Nullable Entry first;

    void link(Entry entry) {
      entry.next = first;
      if (first != null) {
        first.previous = entry;
      }
      first = entry;
      entry.linked = true;
    }

    void unlink(Entry entry) {
      if (entry.previous == null) {
        first = entry.next;
      } else {
        entry.previous.next = entry.next;
      }
      if (entry.next != null) {
        entry.next.previous = entry.previous;
      }
      entry.next = null;
      entry.previous = null;
      entry.linked = false;
    }

    void takeDue(long tick, List<Entry> due) {
      Entry entry = first;
      while (entry != null) {
        Entry next = entry.next;
        if (entry.tick <= tick) {
          unlink(entry);
          due.add(entry);
        }
        entry = next;
      }
    }
  }

  /** One action; its links are guarded by its slot's monitor. */
  private final class Entry implements Task {
    private final Runnable action;
    private long tick;
    private @Nullable Slot slot;
    private @Nullable Entry next;
    private @Nullable Entry previous;
    private boolean linked;

    private Entry(Runnable action, long tick) {
      this.action = action;
      this.tick = tick;
    }

    @Override
    public void cancel() {
      Slot home = slot;
      if (home == null) {
        return;
      }
      synchronized (home) {
        if (!linked) {
          return;
        }
        home.unlink(this);
      }
      pending.decrementAndGet();
    }
  }
}
