package dev.parley.kafka;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Source;
import dev.parley.spi.WireHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The topic beside one that a share group reads, for what must wait: there a group of the usual
 * kind keeps delays and attempts. In a share group what waits would hold up all that was fetched
 * with it, and be given up after a few deliveries. Stateless.
 */
final class RetryTopic {

  private static final String SUFFIX = ".retry";

  private RetryTopic() {}

  /** The one of that source. */
  static String of(Source source) {
    return source.kind() == Source.Kind.GROUP
        ? source.name() + "." + requireNonNull(source.group(), "group") + SUFFIX
        : source.name() + SUFFIX;
  }

  /** A copy that is due after the delay, as that attempt. */
  static Outgoing copy(
      InFlight message, String topic, int attempt, Duration delay, long deadlineNanos, long nanos) {
    ConsumerRecord<byte[], byte[]> original = message.consumed();
    RecordHeaders headers = new RecordHeaders(original.headers());
    put(headers, WireHeaders.ATTEMPT, attempt);
    headers.remove(KafkaHeaders.DELAY);
    if (!delay.isZero()) {
      put(headers, KafkaHeaders.DELAY, delay.toMillis());
    }
    long waited = message.waited(nanos).toMillis(); // the copy begins with an age of zero
    takeOff(headers, WireHeaders.TIMEOUT, waited);
    takeOff(headers, KafkaHeaders.TIME_TO_LIVE, waited);
    return new Outgoing(
        Address.queue(topic),
        IncomingMapper.message(original),
        deadlineNanos,
        true,
        null,
        null,
        Duration.ZERO,
        List.of(),
        new ProducerRecord<>(topic, null, original.key(), original.value(), headers),
        null);
  }

  private static void takeOff(Headers headers, String name, long millis) {
    long limit = KafkaHeaders.number(headers, name);
    if (limit >= 0) {
      put(headers, name, Math.max(0, limit - millis));
    }
  }

  private static void put(Headers headers, String name, long number) {
    headers.remove(name);
    headers.add(name, Long.toString(number).getBytes(StandardCharsets.UTF_8));
  }

  /** Which attempt a record is at first: as the copy says, and 1 on any other topic. */
  static int attempt(ConsumerRecord<byte[], byte[]> read) {
    long attempt =
        read.topic().endsWith(SUFFIX)
            ? KafkaHeaders.number(read.headers(), WireHeaders.ATTEMPT)
            : 1;
    return (int) Math.max(1, Math.min(attempt, CommitMetadata.MAX_ATTEMPT));
  }
}
