package dev.parley.spi.support;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells a listener one event after the other, in the order they were given, without a lock held.
 *
 * <p>Any thread gives events, often while it holds the lock of the state they tell of, and then
 * calls {@link #tell} without it; one of the threads tells at a time. Events are few (changes of
 * state), so their queue needs no bound.
 */
public final class InOrder {

  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger untold = new AtomicInteger();

  /** With nothing to tell. */
  public InOrder() {}

  /** Queues an event. */
  public void add(Runnable event) {
    events.add(event);
  }

  /** Tells what is queued, unless another thread is at it and will tell it too. */
  public void tell() {
    if (untold.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    do {
      for (Runnable event = events.poll(); event != null; event = events.poll()) {
        event.run();
      }
      seen = untold.addAndGet(-seen);
    } while (seen > 0);
  }
}
