package dev.parley.engine.handle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on a bounded number of slots, in its order, and the work of one key never at the same
 * time.
 *
 * <p>Work is offered by transport threads and finished by whichever thread ends a handler; all
 * state is guarded by this object's monitor. What waits here is bounded by the prefetch of the
 * subscription. A slot that becomes free goes on with the next work on the same thread.
 */
final class Dispatcher {

  /** Something to run in a slot. */
  interface Work {

    /** Work of one key runs in its order; null for none. */
    @Nullable String key();

    /**
     * Runs, on a handler's thread. The slot is given back through {@code slot}, by then or later.
     * Never throws.
     */
    void run(Slot slot);

    /** Is handed back without having run. */
    void release();
  }

  /** A slot in use; given back once. */
  interface Slot {

    /** The handler has ended. */
    void free();
  }

  private final int slots;
  private final Executor executor;
  private final Deque<Work> ready = new ArrayDeque<>();
  private final Map<String, Deque<Work>> busyKeys = new HashMap<>();
  private int running;
  private boolean halted;
  private boolean stopped;

  Dispatcher(int slots, Executor executor) {
    this.slots = slots;
    this.executor = executor;
  }

  /** Takes work, to be run as soon as a slot and its key are free. */
  void offer(Work work) {
    boolean refused;
    boolean start = false;
    synchronized (this) {
      refused = stopped;
      if (!refused && !waitsForKey(work)) {
        start = !halted && running < slots && ready.isEmpty();
        if (start) {
          running++;
          occupy(work);
        } else {
          ready.add(work);
        }
      }
    }
    if (refused) {
      work.release();
    } else if (start) {
      execute(work);
    }
  }

  /** With one slot the order of arrival is the order of each key. */
  private boolean waitsForKey(Work work) {
    String key = slots == 1 ? null : work.key();
    Deque<Work> waiting = key == null ? null : busyKeys.get(key);
    if (waiting == null) {
      return false;
    }
    waiting.add(work);
    return true;
  }

  private void occupy(Work work) {
    String key = slots == 1 ? null : work.key();
    if (key != null) {
      busyKeys.put(key, new ArrayDeque<>(0));
    }
  }

  private void execute(Work work) {
    executor.execute(new Run(work));
  }

  /**
   * The next work for the slot of the one that ended; null when there is none, and the slot is free
   * then.
   */
  private synchronized @Nullable Work next(Work ended) {
    if (halted) {
      running--;
      return null;
    }
    String key = slots == 1 ? null : ended.key();
    Deque<Work> waiting = key == null ? null : busyKeys.get(key);
    if (waiting != null) {
      Work sameKey = waiting.poll();
      if (sameKey != null) {
        return sameKey;
      }
      busyKeys.remove(key);
    }
    for (Work work = ready.poll(); work != null; work = ready.poll()) {
      if (!waitsForKey(work)) {
        occupy(work);
        return work;
      }
    }
    running--;
    return null;
  }

  /**
   * Begins nothing more. What has not begun waits, with what still comes, to be given up by {@link
   * #stop()}.
   */
  synchronized void halt() {
    halted = true;
  }

  /** Takes nothing more, and gives up what has not begun. */
  void stop() {
    List<Work> unstarted;
    synchronized (this) {
      halted = true;
      stopped = true;
      unstarted = new ArrayList<>(ready);
      ready.clear();
      busyKeys
          .values()
          .forEach(
              waiting -> {
                unstarted.addAll(waiting);
                waiting.clear();
              });
    }
    unstarted.forEach(Work::release);
  }

  /** How many slots are in use. */
  synchronized int running() {
    return running;
  }

  /**
   * A slot's run of work after work.
   *
   * <p>{@code onThread} is true while {@link #run} is in {@link Work#run}: work that ends there is
   * followed on the same thread, work that ends later on a new one. Guarded by this object's
   * monitor.
   */
  private final class Run implements Runnable, Slot {
    private Work current;
    private boolean onThread;
    private boolean freed;

    Run(Work first) {
      this.current = first;
    }

    @Override
    public void run() {
      while (true) {
        synchronized (this) {
          onThread = true;
          freed = false;
        }
        current.run(this);
        synchronized (this) {
          onThread = false;
          if (!freed) {
            return; // it ends later, and goes on from there
          }
        }
        Work next = next(current);
        if (next == null) {
          return;
        }
        current = next;
      }
    }

    @Override
    public void free() {
      synchronized (this) {
        if (freed) {
          throw new IllegalStateException("a slot was given back twice");
        }
        freed = true;
        if (onThread) {
          return;
        }
      }
      Work next = next(current);
      if (next != null) {
        execute(next);
      }
    }
  }
}
