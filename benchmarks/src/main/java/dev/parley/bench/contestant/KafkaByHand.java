package dev.parley.bench.contestant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The kafka-clients by hand with Parley's guarantees: {@code acks=all}, {@code linger.ms=0}, the
 * handler beside the polling thread, commits of what is done without a gap.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the callbacks hear of failures
public final class KafkaByHand implements Contestant {
  private final KafkaParts kafka;
  private final Closings closings = new Closings();
  private final KafkaProducer<byte[], byte[]> serverProducer;
  private final KafkaProducer<byte[], byte[]> clientProducer;

  /** For the broker of that URL. */
  public KafkaByHand(String url) {
    kafka = KafkaParts.of(url);
    serverProducer = closings.first(KafkaParts.producer(kafka.producing("all", 0)));
    clientProducer = closings.first(KafkaParts.producer(kafka.producing("all", 0)));
  }

  @Override
  public void declare(String queue) throws Exception {
    kafka.create(queue, KafkaParts.PARTITIONS);
  }

  @Override
  public void serve(String queue, Work work) {
    KafkaServing.start(
        kafka,
        closings,
        queue,
        (request, done) -> reply(request, work.handle(request.value()), done));
  }

  private void reply(ConsumerRecord<byte[], byte[]> request, byte[] body, Runnable done) {
    String inbox =
        Objects.requireNonNull(KafkaParts.header(request.headers(), KafkaParts.REPLY_TO));
    ProducerRecord<byte[], byte[]> reply = new ProducerRecord<>(inbox, 0, null, body);
    reply.headers().add(request.headers().lastHeader(KafkaParts.CORRELATION_ID));
    serverProducer.send(
        reply,
        (sent, error) -> {
          if (error == null) {
            done.run();
          }
        });
  }

  @Override
  public Caller caller(String queue, Work work) throws Exception {
    return KafkaReplies.caller(kafka, closings, clientProducer, queue, work);
  }

  @Override
  public Sender sender(String queue) {
    return body -> {
      CompletableFuture<Object> confirmed = new CompletableFuture<>();
      clientProducer.send(
          new ProducerRecord<>(queue, body),
          (sent, error) -> {
            if (error == null) {
              confirmed.complete(sent);
            } else {
              confirmed.completeExceptionally(error);
            }
          });
      return confirmed;
    };
  }

  @Override
  public void consume(String queue, Runnable handled) {
    KafkaServing.start(
        kafka,
        closings,
        queue,
        (message, done) -> {
          handled.run();
          done.run();
        });
  }

  @Override
  public void serveItems(String queue) {
    KafkaServing.start(
        kafka,
        closings,
        queue,
        (request, done) -> {
          String inbox =
              Objects.requireNonNull(KafkaParts.header(request.headers(), KafkaParts.REPLY_TO));
          int count = Integer.parseInt(new String(request.value(), UTF_8));
          AtomicInteger left = new AtomicInteger(count);
          for (int i = 0; i < count; i++) { // the producer's buffer bounds what is ahead
            byte[] item = Integer.toString(i).getBytes(UTF_8);
            serverProducer.send(
                new ProducerRecord<>(inbox, 0, null, item),
                (sent, error) -> {
                  if (error == null && left.decrementAndGet() == 0) {
                    done.run();
                  }
                });
          }
        });
  }

  @Override
  public Items items(String queue) throws Exception {
    AtomicReference<CountDownLatch> awaited = new AtomicReference<>(new CountDownLatch(0));
    byte[] inbox =
        KafkaReplies.read(
                kafka, closings, item -> Objects.requireNonNull(awaited.get()).countDown())
            .getBytes(UTF_8);
    return count -> {
      CountDownLatch all = new CountDownLatch(count);
      awaited.set(all);
      ProducerRecord<byte[], byte[]> request =
          new ProducerRecord<>(queue, Integer.toString(count).getBytes(UTF_8));
      request.headers().add(KafkaParts.REPLY_TO, inbox);
      clientProducer.send(request);
      if (!all.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(all.getCount() + " items did not come");
      }
    };
  }

  @Override
  public void close() throws IOException {
    closings.close();
  }
}
