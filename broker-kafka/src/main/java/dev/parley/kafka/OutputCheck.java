package dev.parley.kafka;

import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether a message can be part of a transaction: one that cannot be sent would end the transaction
 * for all others in it. Called by the thread of the {@link Transactions}, which may wait.
 */
final class OutputCheck {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Topics topics;
  private final int maxBytes;

  OutputCheck(Topics topics, int maxBytes) {
    this.topics = topics;
    this.maxBytes = maxBytes;
  }

  /** Confirmed when it can be sent; the topic of a dead letter is made when it is missing. */
  SendResult look(Outgoing out, boolean deadLetter) {
    if (out.message().body().length > maxBytes) {
      return SendResult.refused("the message is larger than kafka.max-message-bytes", null);
    }
    try {
      return (deadLetter ? made(out) : found(out))
              .toCompletableFuture()
              .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
          ? SendResult.CONFIRMED
          : SendResult.unroutable(out.to() + " does not exist on Kafka");
    } catch (ExecutionException | TimeoutException e) {
      return SendResult.refused(out.to() + ": " + KafkaErrors.describe(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return SendResult.refused("interrupted", e);
    }
  }

  private CompletionStage<Boolean> made(Outgoing out) {
    return topics.ensure(out.to().name(), KafkaQueueSpec.DEFAULT).thenApply(topic -> true);
  }

  private CompletionStage<Boolean> found(Outgoing out) {
    return topics
        .find(out.to().name())
        .thenApply(topic -> topic.filter(there -> hasPartition(there, out)).isPresent());
  }

  private static boolean hasPartition(Topics.Topic topic, Outgoing out) {
    String part = out.to().part();
    return part == null || Integer.parseInt(part) < topic.partitions(); // was mapped before
  }
}
