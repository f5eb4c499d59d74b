package dev.parley.engine.handle;

import dev.parley.spi.Scheduler;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the stage a handler returned, without a thread, until the limit.
 *
 * <p>Begun by the handler's thread and ended once: by the thread that completes the stage, or by a
 * callback thread at the limit; {@code over} decides. The slot is free then, even if nothing ever
 * completes the stage.
 */
final class StageWait {

  private static final Logger log = LoggerFactory.getLogger(StageWait.class);

  private final HandlerParts parts;
  private final Attempt attempt;
  private final CompletionStage<?> stage;
  private final Runnable whenEnded;
  private final AtomicBoolean over = new AtomicBoolean();

  StageWait(HandlerParts parts, Attempt attempt, CompletionStage<?> stage, Runnable whenEnded) {
    this.parts = parts;
    this.attempt = attempt;
    this.stage = stage;
    this.whenEnded = whenEnded;
  }

  void begin(long limitNanos) {
    Scheduler.Task timer =
        parts.timer().scheduleNanos(limitNanos, () -> parts.threads().callBack(this::expire));
    attempt.interruptBy(() -> parts.threads().callBack(() -> cancelled(timer)));
    try {
      var unused = stage.whenComplete((value, error) -> completed(timer, value, error));
    } catch (RuntimeException e) { // a stage of somebody's own making
      completed(timer, null, e);
    }
  }

  private void completed(Scheduler.Task timer, @Nullable Object value, @Nullable Throwable error) {
    timer.cancel();
    try {
      attempt.completed(value, error);
    } finally {
      end();
    }
  }

  private void expire() {
    if (over.get()) {
      return; // it completed at the last moment
    }
    attempt.limitReached();
    cancelStage();
  }

  /** Nobody waits for it any more. */
  private void cancelled(Scheduler.Task timer) {
    timer.cancel();
    if (!over.get()) {
      cancelStage();
    }
  }

  private void cancelStage() {
    try {
      stage.toCompletableFuture().cancel(true);
    } catch (RuntimeException e) { // a stage need not be a future, nor care
      log.debug("The stage of a handler over its limit cannot be cancelled", e);
    } finally {
      end();
    }
  }

  private void end() {
    if (over.compareAndSet(false, true)) {
      whenEnded.run();
    }
  }
}
