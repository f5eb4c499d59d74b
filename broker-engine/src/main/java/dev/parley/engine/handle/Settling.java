package dev.parley.engine.handle;

import dev.parley.Counter;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles one delivery, trying again with back-off until it is settled, lost, or given up at close.
 * Meanwhile the message stays where it is and takes its place in the prefetch, so nothing is
 * redelivered in a tight loop.
 *
 * <p>One settlement is under way at a time; whichever thread completes it goes on. {@code
 * abandoned} is set by the closing thread.
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
  private int failures;
  private volatile boolean abandoned;

  Settling(
      HandlerParts parts, HandlerSpec spec, Delivery delivery, OutputWriter writer, Owner owner) {
    this.parts = parts;
    this.spec = spec;
    this.delivery = delivery;
    this.writer = writer;
    this.owner = owner;
  }

  /** Sends the outputs and settles. */
  void settle(Settlement settlement, List<Output> outputs) {
    delivery.settle(
        settlement,
        outputs.stream().map(Output::message).toList(),
        result -> completed(settlement, outputs, result));
  }

  /** Stops trying again: the next failure is the last. */
  void abandon() {
    abandoned = true;
  }

  private void completed(Settlement settlement, List<Output> outputs, SettleResult result) {
    if (result.settled() || result.lost()) {
      countReplies(outputs, result.settled());
      owner.over(result.settled());
    } else if (result.outputs().isEmpty()) {
      tryAgain(settlement, List.of(), result.failure());
    } else {
      int failed = result.outputs().size() - 1;
      outputFailed(
          settlement, outputs.subList(failed, outputs.size()), result.outputs().get(failed));
    }
  }

  private void countReplies(List<Output> outputs, boolean settled) {
    if (settled
        && outputs.stream()
            .anyMatch(o -> o.kind() == Output.Kind.REPLY || o.kind() == Output.Kind.ERROR_REPLY)) {
      parts.counters().add(Counter.REPLIES_SENT);
    }
  }

  private void outputFailed(Settlement settlement, List<Output> left, SendResult result) {
    Output output = left.get(0);
    boolean nowhere = result.status() == SendResult.Status.UNROUTABLE;
    boolean hopeless = nowhere || callerGone(output);
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

  private boolean callerGone(Output output) {
    Duration ttl = output.message().timeToLive();
    return ttl != null && ttl.toNanos() < parts.timer().nanoTime() - delivery.receivedNanos();
  }

  private void undeliverable(Output output, SendResult result) {
    parts.counters().add(Counter.REPLIES_UNDELIVERABLE);
    log.warn(
        "The reply of {} to {} was not delivered: {}",
        spec.where(),
        limited(output.message().to().toString()),
        result.reason());
  }

  private void tryAgain(Settlement settlement, List<Output> outputs, SendResult why) {
    if (abandoned || delivery.lost()) {
      owner.over(false);
      return;
    }
    failures++;
    Duration pause = FailurePolicy.backoff(FIRST_PAUSE, LONGEST_PAUSE, failures);
    log.warn(
        "A message of {} could not be settled and is tried again in {}: {}",
        spec.where(),
        pause,
        why.reason(),
        why.cause());
    parts
        .timer()
        .schedule(pause, () -> parts.threads().callBack(() -> settle(settlement, outputs)));
  }

  private static String limited(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
