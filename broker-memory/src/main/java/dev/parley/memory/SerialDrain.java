package dev.parley.memory;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps of one queue, inbox or timer one after the other, on whatever thread finds it
 * idle, so that listeners are called in order, without a lock and without a thread of their own.
 *
 * <p>Any thread may call {@link #run}. A call while another thread (or this one, further down its
 * stack) drains only leaves a mark, so nothing recurses. A thread that has done its share passes
 * the rest on: a sender is not kept for ever by the messages of others.
 */
final class SerialDrain {

  /** One unit of work. */
  @FunctionalInterface
  interface Step {

    /** Does one step; false when there was nothing to do. Never called by two threads at once. */
    boolean next();
  }

  private static final Logger LOG = LoggerFactory.getLogger(SerialDrain.class);
  private static final int SHARE = 256;

  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int AGAIN = 2;

  private final Step step;
  private final int share;
  private final Executor successor;
  private final Runnable drain = this::drain; // one object for every hand-over
  private final AtomicInteger state = new AtomicInteger(IDLE);

  private SerialDrain(Step step, int share, Executor successor) {
    this.step = step;
    this.share = share;
    this.successor = successor;
  }

  /**
   * Goes on by that executor, which must not run it at once, when one thread has done its share.
   */
  static SerialDrain of(Step step, Executor successor) {
    return new SerialDrain(step, SHARE, successor);
  }

  /** Goes on until nothing is left, on the thread that began. */
  static SerialDrain unlimited(Step step) {
    return new SerialDrain(step, Integer.MAX_VALUE, Runnable::run);
  }

  /** Does all there is to do, or leaves it to the thread that is at it already. */
  void run() {
    if (state.getAndSet(AGAIN) == IDLE) {
      drain();
    }
  }

  private void drain() {
    int done = 0;
    do {
      state.set(RUNNING);
      while (stepSafely()) {
        if (++done == share) {
          successor.execute(drain); // the state stays RUNNING: the successor owns it now
          return;
        }
      }
    } while (!state.compareAndSet(RUNNING, IDLE));
  }

  private boolean stepSafely() {
    try {
      return step.next();
    } catch (RuntimeException | Error e) {
      // A drain that stopped here would stop the queue for ever.
      LOG.error("A listener threw, which it must not; its queue goes on", e);
      return true;
    }
  }
}
