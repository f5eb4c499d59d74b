package dev.parley.rabbit;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says when it is time to look after a consumer whose server would not tell of its end.
 *
 * <p>The consume keeper's thread asks, the timer's thread wakes; the flag is the only state they
 * share.
 */
final class IdleWatch {

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Scheduler scheduler;
  private final Runnable look;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean due;

  IdleWatch(Scheduler scheduler, Runnable look) {
    this.scheduler = scheduler;
    this.look = look;
  }

  /** Whether it is time; asks for the next time too. */
  boolean isDue() {
    boolean now = due;
    due = false;
    if (scheduled.compareAndSet(false, true)) {
      scheduler.schedule(INTERVAL, this::wake);
    }
    return now;
  }

  private void wake() {
    scheduled.set(false);
    due = true;
    look.run();
  }
}
