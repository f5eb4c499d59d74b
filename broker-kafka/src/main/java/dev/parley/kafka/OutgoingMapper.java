package dev.parley.kafka;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import dev.parley.spi.support.Decimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Messages as Kafka's records. Stateless but for what it is made of. */
final class OutgoingMapper {

  private final boolean springHeaders;

  OutgoingMapper(boolean springHeaders) {
    this.springHeaders = springHeaders;
  }

  /**
   * The record of a message; without a partition where Kafka's client is to choose it by the key.
   *
   * @throws IllegalArgumentException if it cannot be sent; the message says why
   */
  ProducerRecord<byte[], byte[]> producerRecord(Outgoing out) {
    Object given = out.nativeMessage();
    return given == null ? ofMessage(out) : ofNative(out, given);
  }

  private ProducerRecord<byte[], byte[]> ofMessage(Outgoing out) {
    KafkaPublish options = KafkaPublish.of(out.options());
    long timestamp =
        options.timestamp() == null
            ? System.currentTimeMillis() // as the client would, and so it can be told from the
            // broker's own when that overwrites it
            : options.timestamp().toEpochMilli();
    ProducerRecord<byte[], byte[]> fresh =
        new ProducerRecord<>(
            out.to().name(), partition(out, options), timestamp, key(out), out.message().body());
    write(out, fresh.headers());
    return fresh;
  }

  private static @Nullable Integer partition(Outgoing out, KafkaPublish options) {
    String part = out.to().part();
    if (part == null) {
      return options.partition();
    }
    long number = Decimal.parse(part);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("\"" + shown(part) + "\" is no partition");
    }
    return (int) number;
  }

  private static String shown(String text) {
    return text.length() <= 50 ? text : text.substring(0, 50) + "...";
  }

  private static byte @Nullable [] key(Outgoing out) {
    if (out.key() != null) {
      return out.key().getBytes(StandardCharsets.UTF_8);
    }
    return out.answers() instanceof KafkaDelivery request ? request.consumed().key() : null;
  }

  private void write(Outgoing out, Headers headers) {
    WireMessage message = out.message();
    put(headers, KafkaHeaders.CONTENT_TYPE, message.contentType());
    put(headers, KafkaHeaders.MESSAGE_ID, message.messageId());
    message.headers().forEach((name, value) -> put(headers, name, value));
    writeReplyAddress(message, headers);
    writeCorrelationId(out, headers);
    if (out.timeToLive() != null
        && out.to().part() == null // whoever waits at a partition knows how long
        && !message.headers().containsKey(WireHeaders.TIMEOUT)) {
      put(
          headers,
          KafkaHeaders.TIME_TO_LIVE,
          Long.toString(out.delay().plus(out.timeToLive()).toMillis()));
    }
    if (!out.delay().isZero()) {
      put(headers, KafkaHeaders.DELAY, Long.toString(out.delay().toMillis()));
    }
  }

  private void writeReplyAddress(WireMessage message, Headers headers) {
    Address replyTo = message.replyTo();
    if (replyTo == null) {
      return;
    }
    put(headers, KafkaHeaders.REPLY_TO, replyTo.name());
    put(headers, KafkaHeaders.REPLY_PARTITION, replyTo.part());
    if (springHeaders) {
      put(headers, KafkaHeaders.SPRING_REPLY_TOPIC, replyTo.name());
      if (replyTo.part() != null) {
        byte[] partition =
            ByteBuffer.allocate(Integer.BYTES).putInt(Integer.parseInt(replyTo.part())).array();
        headers.add(KafkaHeaders.SPRING_REPLY_PARTITION, partition);
      }
    }
  }

  /** What the request had is echoed byte for byte, under the name it had there. */
  private void writeCorrelationId(Outgoing out, Headers headers) {
    String id = out.message().correlationId();
    if (id == null) {
      return;
    }
    if (out.answers() instanceof KafkaDelivery request) {
      Headers asked = request.consumed().headers();
      if (id.equals(IncomingMapper.correlationId(asked))) {
        echo(asked, headers, KafkaHeaders.CORRELATION_ID);
        echo(asked, headers, KafkaHeaders.SPRING_CORRELATION_ID);
        return;
      }
    }
    put(headers, KafkaHeaders.CORRELATION_ID, id);
    if (springHeaders) {
      put(headers, KafkaHeaders.SPRING_CORRELATION_ID, id);
    }
  }

  private static void echo(Headers from, Headers to, String name) {
    byte[] value = KafkaHeaders.bytes(from, name);
    if (value != null) {
      to.add(name, value);
    }
  }

  private static void put(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The user's own record, untouched but for where it goes and what a call needs. */
  private ProducerRecord<byte[], byte[]> ofNative(Outgoing out, Object given) {
    Integer partition = null;
    Long timestamp = null;
    Object key;
    Object value;
    Headers headers;
    if (given instanceof ProducerRecord<?, ?> own) {
      partition = own.partition();
      timestamp = own.timestamp();
      key = own.key();
      value = own.value();
      headers = own.headers();
    } else if (given instanceof ConsumerRecord<?, ?> received) {
      key = received.key();
      value = received.value();
      headers = received.headers();
    } else {
      throw new IllegalArgumentException(
          "Kafka sends a native message of type "
              + ProducerRecord.class.getName()
              + " or "
              + ConsumerRecord.class.getName()
              + ", not "
              + given.getClass().getName());
    }
    RecordHeaders copy = new RecordHeaders(headers);
    forCall(out.message(), copy);
    return new ProducerRecord<>(
        out.to().name(), partition, timestamp, bytes(key, "key"), bytes(value, "value"), copy);
  }

  private static byte @Nullable [] bytes(@Nullable Object part, String what) {
    if (part == null || part instanceof byte[]) {
      return (byte[]) part;
    }
    throw new IllegalArgumentException(
        "the " + what + " of a native message must be byte[], not " + part.getClass().getName());
  }

  private void forCall(WireMessage message, Headers headers) {
    if (message.replyTo() != null) {
      headers.remove(KafkaHeaders.REPLY_TO).remove(KafkaHeaders.REPLY_PARTITION);
      headers.remove(KafkaHeaders.SPRING_REPLY_TOPIC).remove(KafkaHeaders.SPRING_REPLY_PARTITION);
      writeReplyAddress(message, headers);
    }
    if (message.correlationId() != null) {
      headers.remove(KafkaHeaders.CORRELATION_ID).remove(KafkaHeaders.SPRING_CORRELATION_ID);
      put(headers, KafkaHeaders.CORRELATION_ID, message.correlationId());
      if (springHeaders) {
        put(headers, KafkaHeaders.SPRING_CORRELATION_ID, message.correlationId());
      }
    }
  }
}
