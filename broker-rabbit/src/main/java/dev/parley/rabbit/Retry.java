package dev.parley.rabbit;

import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.Scheduler;
import dev.parley.spi.support.BackOff;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tries one thing again with back-off: never sooner than the wait allows, and with the shortest
 * wait only after what succeeded has lasted.
 *
 * <p>The consume keeper's thread attempts; successes and losses are told by the I/O thread. All
 * fields are guarded by this object's monitor, which is not held while anything else is called.
 */
final class Retry {

  private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Scheduler scheduler;
  private final BackOff backOff;
  private final Runnable again;
  private boolean waiting;
  private boolean succeeded;
  private long sinceNanos;

  /** What may fail. */
  interface Attempt {
    void run() throws IOException;
  }

  /** Makes the retries of one transport. */
  record Factory(Scheduler scheduler, RabbitSettings settings) {
    Retry retry(Runnable again) {
      return new Retry(scheduler, settings.backOff().get(), again);
    }
  }

  private Retry(Scheduler scheduler, BackOff backOff, Runnable again) {
    this.scheduler = scheduler;
    this.backOff = backOff;
    this.again = again;
  }

  /** Attempts it, unless it is too soon; when it fails, it is asked for again later. */
  void attempt(Attempt attempt, Consumer<Exception> failed) {
    synchronized (this) {
      if (waiting) {
        return;
      }
    }
    try {
      attempt.run();
    } catch (IOException | ShutdownSignalException e) {
      failed.accept(e);
      later();
    } catch (RuntimeException e) { // such as a name the client library does not take
      failed.accept(e);
      later();
    }
  }

  /** It has succeeded; how long it lasts decides how soon the next attempt may be. */
  synchronized void succeeded() {
    succeeded = true;
    sinceNanos = scheduler.nanoTime();
  }

  /** It must be attempted again. */
  void later() {
    Duration wait;
    synchronized (this) {
      if (waiting) {
        return;
      }
      waiting = true;
      if (succeeded && scheduler.nanoTime() - sinceNanos > STABLE_NANOS) {
        backOff.reset();
      }
      succeeded = false;
      wait = backOff.next();
    }
    scheduler.schedule(wait, this::now);
  }

  private void now() {
    synchronized (this) {
      waiting = false;
    }
    again.run();
  }
}
