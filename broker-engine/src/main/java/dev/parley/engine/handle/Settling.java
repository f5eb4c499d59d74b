package dev.parley.engine.handle;

import dev.parley.Counter;
import dev.parley.engine.runtime.LogBudget;
import dev.parley.engine.runtime.LogText;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles one delivery, trying again with back-off until it is settled, lost, or given up at close.
 * Meanwhile the message stays where it is and takes its place in the prefetch, so nothing is
 * redelivered in a tight loop.
 *
 * <p>One settlement is under way at a time; whichever thread completes it goes on. The closing
 * thread abandons it, which ends a pause at once; both are guarded by this object's monitor.
 */
final class Settling {

  private static final Logger log = LoggerFactory.getLogger(Settling.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /**
   * What an attempt hears of its settling; called once, except for {@link #undeclared}, after which
   * it settles anew.
   */
  interface Owner {

    /** It is settled, or it is lost or given up and somebody may get it again. */
    void over(boolean settled);

    /** Nobody has declared the target of a {@code @PublishTo}: the attempt has failed after all. */
    void undeclared(Outgoing message, SendResult result);

    /** An error reply cannot be delivered, so that the caller has not been told. */
    void callerUnreachable(SendResult result);
  }

  private final HandlerParts parts;
  private final HandlerSpec spec;
  private final Delivery delivery;
  private final OutputWriter writer;
  private final Owner owner;
  private final long deadlineNanos;
  private int failures;
  private boolean abandoned; // guarded by this
  private Scheduler.@Nullable Task pause; // guarded by this

  /** For a delivery whose caller waits until that deadline, {@link Long#MAX_VALUE} for ever. */
  Settling(
      HandlerParts parts,
      HandlerSpec spec,
      Delivery delivery,
      long deadlineNanos,
      OutputWriter writer,
      Owner owner) {
    this.parts = parts;
    this.spec = spec;
    this.delivery = delivery;
    this.deadlineNanos = deadlineNanos;
    this.writer = writer;
    this.owner = owner;
  }

  /** Sends the outputs and settles. */
  void settle(Settlement settlement, List<Output> outputs) {
    delivery.settle(
        settlement, messages(outputs), result -> completed(settlement, outputs, result));
  }

  /** Without a stream, since this is done for each message; nearly always it is one or none. */
  private static List<Outgoing> messages(List<Output> outputs) {
    if (outputs.isEmpty()) {
      return List.of();
    }
    if (outputs.size() == 1) {
      return List.of(outputs.get(0).message());
    }
    return outputs.stream().map(Output::message).toList();
  }

  /** Stops trying again: it ends now if it pauses, else with the next failure. */
  void abandon() {
    Scheduler.Task waiting;
    synchronized (this) {
      abandoned = true;
      waiting = pause;
      pause = null;
    }
    if (waiting != null) {
      waiting.cancel();
      owner.over(false);
    }
  }

  private void completed(Settlement settlement, List<Output> outputs, SettleResult result) {
    if (result.settled() || result.lost()) {
      countReplies(outputs, result.settled());
      owner.over(result.settled());
    } else if (result.outputs().isEmpty()) {
      countReplies(outputs, true); // they are confirmed, and not sent again
      tryAgain(settlement, List.of(), result.failure());
    } else {
      int failed = result.outputs().size() - 1;
      outputFailed(
          settlement, outputs.subList(failed, outputs.size()), result.outputs().get(failed));
    }
  }

  private void countReplies(List<Output> outputs, boolean confirmed) {
    if (!confirmed) {
      return;
    }
    for (Output output : outputs) {
      if (output.kind() == Output.Kind.REPLY || output.kind() == Output.Kind.ERROR_REPLY) {
        parts.counters().add(Counter.REPLIES_SENT);
        return;
      }
    }
  }

  private void outputFailed(Settlement settlement, List<Output> left, SendResult result) {
    Output output = left.get(0);
    boolean nowhere = result.status() == SendResult.Status.UNROUTABLE;
    boolean hopeless = nowhere || callerGone();
    switch (output.kind()) {
      case REPLY -> {
        if (hopeless) {
          undeliverable(output, result);
          settle(settlement, left.subList(1, left.size()));
          return;
        }
      }
      case ERROR_REPLY, FIRST_FRAME -> {
        if (hopeless) {
          undeliverable(output, result);
          owner.callerUnreachable(result);
          return;
        }
      }
      case PUBLISH_TO -> {
        if (nowhere) {
          owner.undeclared(output.message(), result);
          return;
        }
      }
      case DEAD_LETTER -> {
        // stays where it was until its dead letter is confirmed
      }
    }
    List<Output> again = new ArrayList<>(left);
    again.set(0, writer.again(output));
    tryAgain(settlement, again, result);
  }

  private boolean callerGone() {
    return deadlineNanos != Long.MAX_VALUE && deadlineNanos - parts.timer().nanoTime() <= 0;
  }

  private void undeliverable(Output output, SendResult result) {
    parts.counters().add(Counter.REPLIES_UNDELIVERABLE);
    if (output.kind() == Output.Kind.ERROR_REPLY) {
      return; // one line for each message: its failure was told
    }
    long left = parts.refusals().next();
    if (left >= 0) {
      log.warn(
          "The reply of {} to {} was not delivered: {}{}",
          spec.where(),
          LogText.of(output.message().to().toString()),
          LogText.of(result.reason()),
          LogBudget.leftOut(left));
    }
  }

  private void tryAgain(Settlement settlement, List<Output> outputs, SendResult why) {
    if (delivery.lost() || !pauseThen(() -> settle(settlement, outputs), why)) {
      owner.over(false);
    }
  }

  /** Schedules the next try; false when it was abandoned. */
  private synchronized boolean pauseThen(Runnable next, SendResult why) {
    if (abandoned) {
      return false;
    }
    failures++;
    Duration length = FailurePolicy.backoff(FIRST_PAUSE, LONGEST_PAUSE, failures);
    long left = parts.refusals().next(); // a broker that is gone concerns all of the prefetch
    if (left >= 0) {
      log.warn(
          "A message of {} could not be settled and is tried again in {}: {}{}",
          spec.where(),
          length,
          why.reason(),
          LogBudget.leftOut(left),
          why.cause());
    }
    pause = parts.timer().schedule(length, () -> parts.threads().callBack(() -> endPause(next)));
    return true;
  }

  private void endPause(Runnable next) {
    synchronized (this) {
      if (pause == null) {
        return; // abandoned meanwhile
      }
      pause = null;
    }
    next.run();
  }
}
