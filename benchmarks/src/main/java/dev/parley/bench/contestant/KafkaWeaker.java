package dev.parley.bench.contestant;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The kafka-clients by hand with weaker guarantees: {@code acks=1}, handlers on the polling thread,
 * commits by time whether the reply is confirmed or not. Calls only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the callbacks hear of failures
public final class KafkaWeaker implements Contestant {
  private final KafkaParts kafka;
  private final Closings closings = new Closings();
  private final KafkaProducer<byte[], byte[]> serverProducer;
  private final KafkaProducer<byte[], byte[]> clientProducer;

  /** For the broker of that URL. */
  public KafkaWeaker(String url) {
    kafka = KafkaParts.of(url);
    Map<String, Object> settings = kafka.producing("1", 0);
    settings.put("enable.idempotence", false); // which needs acks=all
    serverProducer = closings.first(KafkaParts.producer(settings));
    clientProducer = closings.first(KafkaParts.producer(settings));
  }

  @Override
  public void declare(String queue) throws Exception {
    kafka.create(queue, KafkaParts.PARTITIONS);
  }

  @Override
  public void serve(String queue, Work work) {
    Map<String, Object> settings = kafka.consuming(queue);
    settings.put("enable.auto.commit", true);
    KafkaConsumer<byte[], byte[]> consumer = closings.first(KafkaParts.consumer(settings));
    consumer.subscribe(List.of(queue));
    closings.first(
        Loop.start(
            "poll",
            () ->
                consumer
                    .poll(Duration.ofMillis(100))
                    .forEach(request -> reply(request, work.handle(request.value())))));
  }

  private void reply(ConsumerRecord<byte[], byte[]> request, byte[] body) {
    String inbox =
        Objects.requireNonNull(KafkaParts.header(request.headers(), KafkaParts.REPLY_TO));
    ProducerRecord<byte[], byte[]> reply = new ProducerRecord<>(inbox, 0, null, body);
    reply.headers().add(request.headers().lastHeader(KafkaParts.CORRELATION_ID));
    serverProducer.send(reply);
  }

  @Override
  public Caller caller(String queue, Work work) throws Exception {
    return KafkaReplies.caller(kafka, closings, clientProducer, queue, work);
  }

  @Override
  public void close() throws IOException {
    closings.close();
  }
}
