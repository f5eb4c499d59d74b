package dev.parley.bench.contestant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** By hand: the client side of calls, which reads one partition without a group. */
@SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
final class KafkaReplies {
  private KafkaReplies() {}

  /** What is done with a reply. */
  interface Taking {
    void take(ConsumerRecord<byte[], byte[]> reply);
  }

  /** Reads replies from now on; returns the topic they go to. */
  static String read(KafkaParts kafka, Closings closings, Taking taking) throws Exception {
    String inbox = "replies-" + UUID.randomUUID();
    kafka.create(inbox, 1);
    KafkaConsumer<byte[], byte[]> consumer = KafkaParts.consumer(kafka.consuming(null));
    TopicPartition partition = new TopicPartition(inbox, 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    consumer.position(partition);
    closings.first(consumer);
    closings.first(
        Loop.start("replies", () -> consumer.poll(Duration.ofMillis(100)).forEach(taking::take)));
    return inbox;
  }

  static Contestant.Caller caller(
      KafkaParts kafka,
      Closings closings,
      KafkaProducer<byte[], byte[]> producer,
      String queue,
      Work work)
      throws Exception {
    PendingCalls calls = new PendingCalls(work);
    byte[] inbox =
        read(
                kafka,
                closings,
                reply ->
                    calls.replied(
                        KafkaParts.header(reply.headers(), KafkaParts.CORRELATION_ID),
                        reply.value()))
            .getBytes(UTF_8);
    return new CallerByHand(
        calls,
        (id, body, reply) -> {
          ProducerRecord<byte[], byte[]> request = new ProducerRecord<>(queue, body);
          request.headers().add(KafkaParts.CORRELATION_ID, id.getBytes(UTF_8));
          request.headers().add(KafkaParts.REPLY_TO, inbox);
          producer.send(
              request,
              (sent, error) -> {
                if (error != null) {
                  reply.completeExceptionally(error);
                }
              });
        });
  }
}
