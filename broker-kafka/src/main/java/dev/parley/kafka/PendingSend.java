package dev.parley.kafka;

import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.support.Deadlines;
import dev.parley.spi.support.SendBudget;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message on its way: waiting, then given to the producer, then done, whichever way.
 *
 * <p>Whoever changes the state by compare-and-set owns the step: the sending thread or the timer
 * give it to the producer; the producer's thread (confirms), the timer (deadlines) or the sending
 * thread complete.
 */
final class PendingSend implements Callback, Deadlines.Pending {

  private static final Logger log = LoggerFactory.getLogger(PendingSend.class);

  private static final int WAITING = 0;
  private static final int GIVEN = 1;
  private static final int DONE = 2;

  /** What all sends of a transport share. */
  record Shared(SendBudget budget, Set<PendingSend> all, BrokerClock clock, Scheduler scheduler) {}

  private final ProducerRecord<byte[], byte[]> message;
  private final String address;
  private final long deadlineNanos;
  private final Shared shared;
  private final SendListener listener;
  private final AtomicInteger state = new AtomicInteger(WAITING);
  private volatile @Nullable Thread giving; // while the producer has not returned
  private @Nullable Exception refusal; // by the giving thread only

  PendingSend(
      ProducerRecord<byte[], byte[]> message,
      String address,
      long deadlineNanos,
      Shared shared,
      SendListener listener) {
    this.message = message;
    this.address = address;
    this.deadlineNanos = deadlineNanos;
    this.shared = shared;
    this.listener = listener;
  }

  ProducerRecord<byte[], byte[]> message() {
    return message;
  }

  /**
   * The message as it is to be given now: a caller's time limit counts from when it was written, so
   * what it has waited since is taken off.
   */
  ProducerRecord<byte[], byte[]> timely() {
    long written = KafkaHeaders.number(message.headers(), WireHeaders.TIMEOUT);
    long left = Math.max(1, (deadlineNanos - shared.scheduler().nanoTime()) / 1_000_000);
    if (written <= left) {
      return message; // it has none, or has not waited
    }
    RecordHeaders headers = new RecordHeaders(message.headers());
    headers.remove(WireHeaders.TIMEOUT);
    headers.add(WireHeaders.TIMEOUT, Long.toString(left).getBytes(StandardCharsets.UTF_8));
    return new ProducerRecord<>(
        message.topic(),
        message.partition(),
        message.timestamp(),
        message.key(),
        message.value(),
        headers);
  }

  int size() {
    return message.value() == null ? 0 : message.value().length;
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public boolean isDone() {
    return state.get() == DONE;
  }

  /** It is about to be given to the producer; false when it is done already. */
  boolean beginGiving() {
    refusal = null;
    giving = Thread.currentThread();
    return state.compareAndSet(WAITING, GIVEN);
  }

  /** The producer has returned; what it refused at once for, null when it took the message. */
  @Nullable Exception given() {
    giving = null;
    return refusal;
  }

  /** It was not taken after all; false when it is done by now. */
  boolean takeBack() {
    return state.compareAndSet(GIVEN, WAITING);
  }

  /** Called by the producer: at once on the giving thread, or later on its own. */
  @Override
  public void onCompletion(RecordMetadata metadata, @Nullable Exception error) {
    if (giving == Thread.currentThread()) {
      refusal = error;
    } else if (error == null) {
      confirmed(metadata);
    } else {
      failed(error);
    }
  }

  private void confirmed(RecordMetadata metadata) {
    Long own = message.timestamp();
    if (metadata.hasTimestamp() && own != null && metadata.timestamp() != own) {
      shared.clock().now(metadata.timestamp(), shared.scheduler().nanoTime());
    }
    complete(SendResult.CONFIRMED);
  }

  /** The producer has given it up, at once or later. */
  void failed(Exception error) {
    String why = KafkaErrors.describe(error);
    if (KafkaErrors.isAbsent(error)) {
      complete(SendResult.unroutable(address + " does not exist on Kafka: " + why));
    } else if (KafkaErrors.isRefusal(error)) {
      complete(SendResult.refused("Kafka refused a message to " + address + ": " + why, error));
    } else {
      String what = error instanceof TimeoutException ? "did not confirm in time" : "has failed";
      complete(SendResult.unknown("Sending to " + address + " " + what + ": " + why, error));
    }
  }

  /** Done, whatever the state; without effect when it was done before. */
  void complete(SendResult result) {
    if (state.getAndSet(DONE) == DONE) {
      return;
    }
    shared.all().remove(this);
    shared.budget().release(size());
    try {
      listener.completed(result);
    } catch (RuntimeException e) {
      log.error("A send listener threw", e);
    }
  }

  /** Done because its time is up: unknown if the producer has it, refused if it never left. */
  void expire(String waitingFor) {
    if (state.get() == GIVEN) {
      complete(SendResult.unknown("Kafka did not confirm " + address + " in time", null));
    } else {
      complete(SendResult.refused("not sent to " + address + " in time: " + waitingFor, null));
    }
  }
}
