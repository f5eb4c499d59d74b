package dev.parley.engine.handle;

import dev.parley.engine.runtime.TimerWheel;
import dev.parley.spi.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers deliveries until there are enough, or the first has waited long enough. Called by
 * transport threads and the timer; guarded by its monitor. What waits here is bounded by the size
 * of a batch.
 */
final class BatchCollector {

  private final HandlerSpec.BatchSize size;
  private final TimerWheel timer;
  private final Consumer<List<Attempt>> full;
  private List<Attempt> waiting = new ArrayList<>();
  private Scheduler.@Nullable Task linger;

  BatchCollector(HandlerSpec.BatchSize size, TimerWheel timer, Consumer<List<Attempt>> full) {
    this.size = size;
    this.timer = timer;
    this.full = full;
  }

  void add(Attempt attempt) {
    List<Attempt> batch = null;
    synchronized (this) {
      waiting.add(attempt);
      if (waiting.size() >= size.messages()) {
        batch = take();
      } else if (linger == null) {
        List<Attempt> begun = waiting;
        linger = timer.schedule(size.linger(), () -> lingered(begun));
      }
    }
    if (batch != null) {
      full.accept(batch);
    }
  }

  private void lingered(List<Attempt> begun) {
    List<Attempt> batch;
    synchronized (this) {
      if (waiting != begun) {
        return; // that batch went off full in the meantime
      }
      batch = take();
    }
    full.accept(batch);
  }

  /** Sends off what there is. */
  void flush() {
    List<Attempt> batch;
    synchronized (this) {
      batch = take();
    }
    if (!batch.isEmpty()) {
      full.accept(batch);
    }
  }

  private List<Attempt> take() {
    List<Attempt> batch = waiting;
    waiting = new ArrayList<>();
    if (linger != null) {
      linger.cancel();
      linger = null;
    }
    return batch;
  }
}
