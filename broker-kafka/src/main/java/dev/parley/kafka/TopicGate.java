package dev.parley.kafka;

import dev.parley.spi.Scheduler;
import dev.parley.spi.SendResult;
import dev.parley.spi.support.SendBudget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one topic: open once the topic is known to exist and the producer knows it too; until
 * then messages wait, in their order. An unknown topic would hold up the producer for a minute, or
 * be created by it.
 *
 * <p>While it is open any thread gives to the producer without a lock. Everything else is guarded
 * by this object's monitor, which is held while waiting messages are given, so that none overtakes
 * another; no listener is called with it held.
 */
final class TopicGate {

  private static final Logger log = LoggerFactory.getLogger(TopicGate.class);
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);
  private static final Duration GIVE_AGAIN_FIRST = Duration.ofMillis(2);
  private static final Duration GIVE_AGAIN_LAST = Duration.ofMillis(100);
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long STALE_NANOS = Duration.ofSeconds(15).toNanos();
  private static final int GIVINGS_UNTIL_ASKING = 20;

  /** What the gates of a transport share. */
  record Shared(Cluster cluster, Topics topics, Scheduler scheduler, SendBudget budget) {}

  private final String name;
  private final Shared shared;
  private final Deque<PendingSend> waiting = new ArrayDeque<>();
  private final Spreading spreading = new Spreading();
  private volatile boolean open;
  private volatile long askedNanos;
  private volatile int partitions;
  private boolean asking;
  private boolean givingLater;
  private int givings;
  private boolean retired;

  TopicGate(String name, Shared shared) {
    this.name = name;
    this.shared = shared;
  }

  /** Gives the message to the producer now or later, or completes it; false when retired. */
  boolean pass(PendingSend send) {
    if (open) {
      long age = shared.scheduler().nanoTime() - askedNanos;
      if (age < STALE_NANOS) {
        if (age > FRESH_NANOS) {
          ask();
        }
        if (isElsewhere(send)) {
          send.complete(noSuchPartition(send));
          return true;
        }
        if (give(send)) {
          return true;
        }
      }
    }
    synchronized (this) {
      if (retired) {
        return false;
      }
      open = false;
      waiting.add(send);
    }
    ask();
    return true;
  }

  /** False when the producer cannot take it now; then it is waiting still. */
  private boolean give(PendingSend send) {
    Producer<byte[], byte[]> producer = shared.cluster().producer();
    if (producer == null) {
      return false;
    }
    if (!send.beginGiving()) {
      return true;
    }
    @Nullable Exception refusal;
    try {
      var unused = producer.send(spread(send.timely()), send); // it hears of it by itself
      refusal = send.given();
    } catch (KafkaException | IllegalStateException e) {
      send.given();
      refusal = e;
    }
    if (refusal instanceof TimeoutException) { // knows the topic not yet, or its buffer is full
      return !send.takeBack();
    }
    if (refusal != null) {
      send.failed(refusal);
    }
    return true;
  }

  /** Messages without a key go round the partitions. */
  private ProducerRecord<byte[], byte[]> spread(ProducerRecord<byte[], byte[]> message) {
    if (message.key() != null || message.partition() != null || partitions < 2) {
      return message;
    }
    return new ProducerRecord<>(
        message.topic(),
        spreading.next(partitions, shared.budget().messages()),
        message.timestamp(),
        null,
        message.value(),
        message.headers());
  }

  private boolean isElsewhere(PendingSend send) {
    Integer partition = send.message().partition();
    return partition != null && partition >= partitions;
  }

  private SendResult noSuchPartition(PendingSend send) {
    return SendResult.unroutable(
        "topic \""
            + name
            + "\" has no partition "
            + send.message().partition()
            + ", only "
            + partitions);
  }

  private void ask() {
    synchronized (this) {
      if (asking) {
        return;
      }
      asking = true;
    }
    shared
        .topics()
        .find(name)
        .thenCompose(this::serving)
        .whenComplete(
            (topic, error) -> {
              if (error == null) {
                topic.ifPresentOrElse(this::exists, this::absent);
              } else {
                unknown(error);
              }
            });
  }

  private CompletionStage<Optional<Topics.Topic>> serving(Optional<Topics.Topic> topic) {
    return topic.isEmpty() || topic.get().partitions() == partitions
        ? CompletableFuture.completedFuture(topic)
        : shared.topics().serving(name, topic.get()).thenApply(Optional::of);
  }

  private void exists(Topics.Topic topic) {
    synchronized (this) {
      asking = false;
    }
    known(topic);
  }

  /** It was asked for, or made, just now. */
  void known(Topics.Topic topic) {
    synchronized (this) {
      partitions = topic.partitions();
      askedNanos = shared.scheduler().nanoTime();
      givings = 0;
    }
    giveWaiting();
  }

  /** Lets the producer ask for the topic now, so that the first message need not wait for it. */
  void warmUp() {
    Producer<byte[], byte[]> producer = shared.cluster().producer();
    if (producer != null) {
      try {
        producer.partitionsFor(name);
      } catch (KafkaException | IllegalStateException e) {
        log.debug("{} is being looked up", name, e); // it must not wait, and so has no answer yet
      }
    }
  }

  private void absent() {
    end(SendResult.unroutable("\"" + name + "\" does not exist on Kafka"));
  }

  private void unknown(Throwable error) {
    if (KafkaErrors.isRefusal(error)) {
      end(SendResult.refused(KafkaErrors.describe(error), KafkaErrors.unwrap(error)));
      return;
    }
    synchronized (this) {
      asking = false;
      open = false;
    }
    shared.scheduler().schedule(ASK_AGAIN, this::askAgain);
  }

  private void end(SendResult result) {
    List<PendingSend> over;
    synchronized (this) {
      asking = false;
      open = false;
      over = List.copyOf(waiting);
      waiting.clear();
    }
    over.forEach(send -> send.complete(result));
  }

  private void askAgain() {
    synchronized (this) {
      if (waiting.isEmpty()) {
        return;
      }
    }
    ask();
  }

  /** Gives what waits, in order, and opens when that is all; again a moment later when not. */
  private void giveWaiting() {
    List<PendingSend> elsewhere = new ArrayList<>();
    Duration again = null;
    synchronized (this) {
      givingLater = false;
      while (!waiting.isEmpty() && again == null) {
        PendingSend first = waiting.peekFirst();
        if (isElsewhere(first)) {
          elsewhere.add(waiting.removeFirst());
        } else if (give(first)) {
          waiting.removeFirst();
        } else {
          again = pause();
        }
      }
      open = waiting.isEmpty() && partitions > 0 && !retired;
      givingLater = again != null;
    }
    elsewhere.forEach(send -> send.complete(noSuchPartition(send)));
    if (again != null) {
      shared.scheduler().schedule(again, this::giveAgain);
    }
  }

  /** Doubles; the topic is asked for once more when the producer does not come to know it. */
  private Duration pause() {
    givings++;
    Duration wait = GIVE_AGAIN_FIRST.multipliedBy(1L << Math.min(givings, 10));
    return wait.compareTo(GIVE_AGAIN_LAST) > 0 ? GIVE_AGAIN_LAST : wait;
  }

  private void giveAgain() {
    boolean doubtful;
    synchronized (this) {
      doubtful = givings > GIVINGS_UNTIL_ASKING;
    }
    if (doubtful) {
      ask();
    } else {
      giveWaiting();
    }
  }

  /** Takes out what is done. */
  synchronized void removeDone() {
    waiting.removeIf(PendingSend::isDone);
  }

  /** Lets nothing more through when nothing waits; true when it is of no use any more. */
  synchronized boolean retire() {
    if (waiting.isEmpty() && !asking && !givingLater) {
      retired = true;
      open = false;
    }
    return retired;
  }
}
