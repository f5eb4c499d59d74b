package dev.parley.kafka;

import dev.parley.spi.support.Decimal;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The names of headers that stand for the standard properties, and how they are read. */
final class KafkaHeaders {

  static final String CONTENT_TYPE = "content-type";
  static final String CORRELATION_ID = "correlation_id";
  static final String REPLY_TO = "reply_to";
  static final String REPLY_PARTITION = "reply_partition";
  static final String MESSAGE_ID = "message_id";

  /** How long the message may wait for its handler, in milliseconds, where it has no deadline. */
  static final String TIME_TO_LIVE = "parley-ttl";

  /** How long after its arrival the message is due, in milliseconds. */
  static final String DELAY = "parley-delay";

  static final String SPRING_REPLY_TOPIC = "kafka_replyTopic";
  static final String SPRING_REPLY_PARTITION = "kafka_replyPartition";
  static final String SPRING_CORRELATION_ID = "kafka_correlationId";

  private KafkaHeaders() {}

  /** The bytes of the last header of that name; null when there is none, or it has no value. */
  static byte @Nullable [] bytes(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  /** The text of the last header of that name; null when there is none. */
  static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : text(header.value());
  }

  static String text(byte @Nullable [] value) {
    return value == null ? "" : new String(value, StandardCharsets.UTF_8);
  }

  /** The number that a header holds in decimal digits; -1 when it holds none. */
  static long number(Headers headers, String name) {
    return Decimal.parse(bytes(headers, name));
  }
}
