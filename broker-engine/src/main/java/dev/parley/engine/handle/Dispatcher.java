package dev.parley.engine.handle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work on a bounded number of slots, in its order, and the work of one key never at the same
 * time.
 *
 * <p>Work is offered by transport threads and finished by whichever thread ends a handler; all
 * state is guarded by this object's monitor. What waits here is bounded by the prefetch of the
 * subscription. A slot that becomes free goes on with the next work on the same thread, and lets
 * others have the processor now and then: a virtual thread that never waits would keep it, and no
 * other handler would begin while there is work here.
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

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final int RUNS_IN_A_ROW = 16;

  private final int slots;
  private final Executor executor;
  private final Deque<Work> ready = new ArrayDeque<>();

  /** What waits for its key; a key is here while one of its work is ready or runs. */
  private final Map<String, Deque<Work>> busyKeys = new HashMap<>();

  private int running;
  private int queued;
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
      if (!refused) {
        boolean keyed = waitsForKey(work);
        start = !keyed && !halted && running < slots;
        if (start) {
          running++;
        } else {
          queued++;
          if (!keyed) {
            ready.add(work);
          }
        }
      }
    }
    if (refused) {
      work.release();
    } else if (start) {
      execute(work);
    }
  }

  /** Queues work behind others of its key, if there are any, else takes the key for it. */
  private boolean waitsForKey(Work work) {
    String key = keyOf(work);
    if (key == null) {
      return false;
    }
    Deque<Work> waiting = busyKeys.putIfAbsent(key, new ArrayDeque<>(0));
    if (waiting == null) {
      return false;
    }
    waiting.add(work);
    return true;
  }

  /** With one slot the order of arrival is the order of each key. */
  private @Nullable String keyOf(Work work) {
    return slots == 1 ? null : work.key();
  }

  private void execute(Work work) {
    try {
      executor.execute(new Run(work));
    } catch (RejectedExecutionException e) {
      log.debug("The broker object is closed: what comes now is handed back", e);
      work.release();
      stop();
    }
  }

  /**
   * The next work for the slot of the one that ended; null when there is none, and the slot is free
   * then. What waited for the key goes behind what was ready before, so that no key keeps a slot to
   * itself.
   */
  private synchronized @Nullable Work next(Work ended) {
    String key = keyOf(ended);
    Deque<Work> waiting = key == null ? null : busyKeys.get(key);
    if (waiting != null) {
      Work sameKey = waiting.poll();
      if (sameKey == null) {
        busyKeys.remove(key);
      } else {
        ready.add(sameKey);
      }
    }
    Work next = halted ? null : ready.poll();
    if (next == null) {
      running--;
    } else {
      queued--;
    }
    return next;
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
      queued = 0;
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

  /** How much work has been offered and has not begun. */
  synchronized int waiting() {
    return queued;
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
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but how soon others begin
    public void run() {
      for (int runs = 1; ; runs++) {
        if (runs % RUNS_IN_A_ROW == 0) {
          Thread.yield();
        }
        synchronized (this) {
          onThread = true;
          freed = false;
        }
        boolean failed = !ran(current);
        synchronized (this) {
          onThread = false;
          freed |= failed;
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

    /** Work must not throw; when it does all the same, that costs a log line and not the slot. */
    private boolean ran(Work work) {
      try {
        work.run(this);
        return true;
      } catch (RuntimeException | Error e) {
        log.error("A message failed outside of its handler; the next one goes on", e);
        return false;
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
