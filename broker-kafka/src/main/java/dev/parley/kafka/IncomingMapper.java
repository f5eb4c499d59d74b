package dev.parley.kafka;

import dev.parley.spi.Address;
import dev.parley.spi.WireMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Messages from Kafka's records, whoever wrote them. Nothing a sender can write makes it throw.
 * Stateless.
 */
final class IncomingMapper {

  private static final byte[] EMPTY = {};

  /** What is told by the properties of the message, and by nothing else. */
  private static final Set<String> STANDARD =
      Set.of(
          KafkaHeaders.CONTENT_TYPE,
          KafkaHeaders.CORRELATION_ID,
          KafkaHeaders.REPLY_TO,
          KafkaHeaders.REPLY_PARTITION,
          KafkaHeaders.MESSAGE_ID,
          KafkaHeaders.SPRING_REPLY_TOPIC,
          KafkaHeaders.SPRING_REPLY_PARTITION,
          KafkaHeaders.SPRING_CORRELATION_ID,
          KafkaHeaders.TIME_TO_LIVE,
          KafkaHeaders.DELAY);

  private IncomingMapper() {}

  static WireMessage message(ConsumerRecord<byte[], byte[]> record) {
    Headers headers = record.headers();
    return new WireMessage(
        record.value() == null ? EMPTY : record.value(),
        KafkaHeaders.text(headers, KafkaHeaders.CONTENT_TYPE),
        KafkaHeaders.text(headers, KafkaHeaders.MESSAGE_ID),
        correlationId(headers),
        replyTo(headers),
        rest(headers));
  }

  /** The key as text; null for none. */
  static @Nullable String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
  }

  static @Nullable String correlationId(Headers headers) {
    String own = KafkaHeaders.text(headers, KafkaHeaders.CORRELATION_ID);
    return own != null ? own : KafkaHeaders.text(headers, KafkaHeaders.SPRING_CORRELATION_ID);
  }

  private static @Nullable Address replyTo(Headers headers) {
    String own = KafkaHeaders.text(headers, KafkaHeaders.REPLY_TO);
    if (own != null && !own.isEmpty()) {
      return address(own, KafkaHeaders.text(headers, KafkaHeaders.REPLY_PARTITION));
    }
    String spring = KafkaHeaders.text(headers, KafkaHeaders.SPRING_REPLY_TOPIC);
    if (spring == null || spring.isEmpty()) {
      return null;
    }
    byte[] partition = KafkaHeaders.bytes(headers, KafkaHeaders.SPRING_REPLY_PARTITION);
    return address(
        spring,
        partition == null || partition.length != Integer.BYTES
            ? null
            : Integer.toString(ByteBuffer.wrap(partition).getInt()));
  }

  private static Address address(String topic, @Nullable String partition) {
    return partition == null || partition.isEmpty()
        ? Address.reply(topic)
        : Address.reply(topic, partition);
  }

  private static Map<String, String> rest(Headers headers) {
    Map<String, String> texts = new HashMap<>();
    for (Header header : headers) {
      if (!STANDARD.contains(header.key())) {
        texts.put(header.key(), KafkaHeaders.text(header.value()));
      }
    }
    return texts;
  }
}
