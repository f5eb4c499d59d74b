package dev.parley.engine.deadletter;

import dev.parley.engine.runtime.Durations;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Letters on their way back, many at once: each is settled when the broker has confirmed that it is
 * back. One thread sends and waits, the transport's threads tell the outcomes; guarded by its
 * monitor.
 */
final class Replay {

  /** What says that a message is a dead letter, or belongs to the attempts that failed. */
  private static final List<String> OF_DEAD_LETTERS =
      List.of(
          WireHeaders.ORIGIN,
          WireHeaders.ERROR,
          WireHeaders.ERROR_TYPE,
          WireHeaders.ERROR_MESSAGE,
          WireHeaders.ATTEMPTS,
          WireHeaders.ATTEMPT,
          WireHeaders.FAILED_AT);

  private final String name;
  private final Duration limit;
  private final LongSupplier nanoTime;
  private final Set<String> sent = new HashSet<>(); // guarded by this
  private final List<Delivery> left = new ArrayList<>(); // guarded by this
  private int pending; // guarded by this
  private int done; // guarded by this
  private @Nullable SendResult failure; // guarded by this

  Replay(String name, Duration limit, LongSupplier nanoTime) {
    this.name = name;
    this.limit = limit;
    this.nanoTime = nanoTime;
  }

  /** Whether that one was sent back before, and has failed again. */
  synchronized boolean hasSent(Delivery delivery) {
    String id = delivery.message().messageId();
    return id != null && sent.contains(id);
  }

  void send(Delivery delivery) {
    synchronized (this) {
      pending++;
      String id = delivery.message().messageId();
      if (id != null) {
        sent.add(id);
      }
    }
    delivery.settle(
        Settlement.DONE, List.of(back(delivery)), result -> completed(delivery, result));
  }

  private Outgoing back(Delivery delivery) {
    WireMessage letter = delivery.message();
    Map<String, String> headers = new HashMap<>(letter.headers());
    OF_DEAD_LETTERS.forEach(headers::remove);
    Address to = headers.containsKey(WireHeaders.GROUP) ? Address.topic(name) : Address.queue(name);
    WireMessage message =
        new WireMessage(
            letter.body(),
            letter.contentType(),
            letter.messageId(),
            letter.correlationId(),
            null,
            headers);
    return new Outgoing(
        to,
        message,
        nanoTime.getAsLong() + Durations.nanos(limit),
        true,
        delivery.key(),
        null,
        Duration.ZERO,
        List.of(),
        null,
        null);
  }

  private synchronized void completed(Delivery delivery, SettleResult result) {
    pending--;
    boolean isBack = result.settled() || (!result.lost() && result.outputs().isEmpty());
    if (isBack) {
      done++;
    } else {
      String id = delivery.message().messageId();
      if (id != null) {
        sent.remove(id); // it comes again, and nobody knows whether it is back
      }
    }
    if (!result.settled() && !result.lost()) {
      left.add(delivery);
      SendResult why =
          result.outputs().isEmpty()
              ? null // it is back, and could not be taken away: it will be there twice
              : result.outputs().get(result.outputs().size() - 1);
      failure = failure == null ? why : failure;
    }
    notifyAll();
  }

  synchronized boolean hasFailed() {
    return failure != null;
  }

  /** Waits until the outcome of each is known; the transport tells it by its deadline. */
  synchronized void await() throws InterruptedException {
    long end = nanoTime.getAsLong() + 2 * Durations.nanos(limit);
    while (pending > 0 && end - nanoTime.getAsLong() > 0) {
      TimeUnit.MILLISECONDS.timedWait(this, 100);
    }
  }

  /** Those that could not be sent back or taken away. */
  synchronized List<Delivery> left() {
    return List.copyOf(left);
  }

  synchronized int done() {
    return done;
  }

  /** Why the first of them could not be sent back; null when all could. */
  synchronized @Nullable SendResult failure() {
    return failure;
  }
}
