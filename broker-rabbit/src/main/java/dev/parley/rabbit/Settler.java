package dev.parley.rabbit;

import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Writes acknowledgements, so that no thread of the user's waits for a socket, and many of one
 * channel at once where they are in a row.
 *
 * <p>Any thread adds; one thread of its own writes. The queue is bounded by the prefetch of all
 * that listens.
 */
final class Settler {

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** One delivery to acknowledge, or to hand back. */
  record Item(ConsumerSession session, long tag, boolean release, SettleListener listener) {}

  private final Queue<Item> queue = new ConcurrentLinkedQueue<>();
  private final Doorbell doorbell = new Doorbell();
  private final Thread thread;
  private boolean started; // guarded by this
  private volatile boolean closed;

  Settler(ThreadFactory threads) {
    this.thread = threads.newThread(this::loop);
  }

  /** There will be something to settle. Idempotent. */
  synchronized void start() {
    if (!started && !closed) {
      started = true;
      thread.start();
    }
  }

  /** The listener is told when it is written, or cannot be any more. */
  void add(Item item) {
    queue.add(item);
    if (closed) {
      loseAll();
    } else {
      doorbell.ring();
    }
  }

  private void loop() {
    doorbell.owner();
    while (!closed) {
      doorbell.answer();
      drain();
      doorbell.await(IDLE_NANOS);
    }
    loseAll();
  }

  private void drain() {
    for (Item first = queue.poll(); first != null; first = queue.poll()) {
      Map<ConsumerSession, List<Item>> batches = new LinkedHashMap<>();
      for (Item item = first; item != null; item = queue.poll()) {
        batches.computeIfAbsent(item.session(), session -> new ArrayList<>()).add(item);
      }
      batches.forEach(ConsumerSession::settle);
    }
  }

  private void loseAll() {
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      item.listener().completed(SettleResult.LOST);
    }
  }

  /** What is not written by now is lost. Idempotent. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    doorbell.ring();
    loseAll();
  }
}
