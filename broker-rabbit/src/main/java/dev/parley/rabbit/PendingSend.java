package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.support.Deadlines;
import dev.parley.spi.support.SendBudget;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message on its way: waiting, then written, then done, whichever way.
 *
 * <p>A written one may be rejected and then, on servers that say so in this order, returned.
 *
 * <p>Whoever changes the state by compare-and-set owns the step: the publisher's thread writes, and
 * the I/O thread (confirms, losses), the timer (deadlines) or the publisher's thread complete.
 */
final class PendingSend implements Deadlines.Pending {

  private static final Logger log = LoggerFactory.getLogger(PendingSend.class);

  private static final int SMALL = 4 * 1024;

  private static final int WAITING = 0;
  private static final int WRITTEN = 1;
  private static final int DONE = 2;
  private static final int REJECTED = 3;

  private final Route route;
  private final AMQP.BasicProperties properties;
  private final byte[] body;
  private final long deadlineNanos;
  private final SendBudget budget;
  private final SendListener listener;
  private final AtomicInteger state = new AtomicInteger(WAITING);
  private volatile long number;
  private volatile long writtenUpTo;

  PendingSend(
      Route route,
      AMQP.BasicProperties properties,
      byte[] body,
      long deadlineNanos,
      SendBudget budget,
      SendListener listener) {
    this.route = route;
    this.properties = properties;
    this.body = body;
    this.deadlineNanos = deadlineNanos;
    this.budget = budget;
    this.listener = listener;
  }

  Route route() {
    return route;
  }

  AMQP.BasicProperties properties() {
    return properties;
  }

  byte[] body() {
    return body;
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Its place in the order of writing; 0 before it has one. */
  long number() {
    return number;
  }

  /** Its turn has come for the first time. */
  void number(long newNumber) {
    number = newNumber;
  }

  @Override
  public boolean isDone() {
    return state.get() == DONE;
  }

  /** Whether it is at most a few kilobytes, headers included. */
  boolean isSmall() {
    long size = body.length;
    Map<String, Object> headers = properties.getHeaders();
    if (headers != null) {
      for (Map.Entry<String, Object> header : headers.entrySet()) {
        if (!(header.getValue() instanceof String text)) {
          return false; // of whatever size
        }
        size += header.getKey().length() + text.length();
      }
    }
    return size <= SMALL;
  }

  /** How many bytes of its connection were written when it was; 0 when that is not known yet. */
  long writtenUpTo() {
    return writtenUpTo;
  }

  /** It was written as the last of so many bytes. */
  void writtenUpTo(long bytes) {
    writtenUpTo = bytes;
  }

  /** It is about to be written; false when it is done already. */
  boolean beginWrite() {
    return state.compareAndSet(WAITING, WRITTEN);
  }

  /** It was not written after all; false when it is done by now. */
  boolean undoWrite() {
    return state.compareAndSet(WRITTEN, WAITING);
  }

  /** It was rejected, and may be returned yet; false when it is done by now. */
  boolean reject() {
    return state.compareAndSet(WRITTEN, REJECTED);
  }

  /** Done, whatever the state; without effect when it was done before. */
  void complete(SendResult result) {
    if (state.getAndSet(DONE) == DONE) {
      return;
    }
    budget.release(body.length);
    try {
      listener.completed(result);
    } catch (RuntimeException e) {
      log.error("A send listener threw", e);
    }
  }

  /** Done because its time is up: unknown if it was written, refused if it never left. */
  void expire(String waitingFor) {
    if (state.get() == REJECTED) {
      complete(rejection());
    } else if (state.get() == WRITTEN) {
      complete(SendResult.unknown("RabbitMQ did not confirm " + route.to() + " in time", null));
    } else {
      complete(SendResult.refused("not sent to " + route.to() + " in time: " + waitingFor, null));
    }
  }

  /**
   * That the broker does not answer for it, without a reason of its own. A queue that is full has
   * not taken it; one that failed, as with a full disk, may have it all the same and deliver it.
   */
  SendResult rejection() {
    return SendResult.unknown(
        "RabbitMQ did not accept the message to "
            + route.to()
            + " (nack): a full queue that rejects, or an error of the queue",
        null);
  }

  /** Whether a message that RabbitMQ returned is this one; it has no number of its own. */
  boolean isReturned(String exchange, String routingKey, AMQP.BasicProperties returned) {
    return route.exchange().equals(exchange)
        && route.routingKey().equals(routingKey)
        && same(properties.getMessageId(), returned.getMessageId())
        && same(properties.getCorrelationId(), returned.getCorrelationId());
  }

  private static boolean same(@Nullable String one, @Nullable String other) {
    return one == null ? other == null : one.equals(other);
  }
}
