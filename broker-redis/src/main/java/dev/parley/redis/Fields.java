package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import dev.parley.spi.support.Decimal;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages as fields of a stream entry, and back. Nothing a sender can write makes reading throw.
 * Stateless.
 */
final class Fields {

  static final String DATA = "data";
  static final String CONTENT_TYPE = "content-type";
  static final String CORRELATION_ID = "correlation_id";
  static final String REPLY_TO = "reply_to";
  static final String MESSAGE_ID = "message_id";

  /** How many milliseconds after it was added an entry may be delivered. */
  static final String DELAY = "parley-delay";

  /** How many milliseconds after it was added, or after its delay, an entry is not delivered. */
  static final String TTL = "parley-ttl";

  private static final int LONGEST_TIME = 13; // digits of milliseconds
  private static final int OWN = 7; // of these at most
  private static final byte[] EMPTY = {};

  private Fields() {}

  /** The message in these fields. */
  static WireMessage read(Map<String, byte[]> fields) {
    Map<String, String> headers = new HashMap<>(fields.size() * 2);
    fields.forEach((name, value) -> putHeader(headers, name, value));
    String replyTo = text(fields, REPLY_TO);
    byte[] data = fields.get(DATA);
    return new WireMessage(
        data == null ? EMPTY : data,
        text(fields, CONTENT_TYPE),
        text(fields, MESSAGE_ID),
        text(fields, CORRELATION_ID),
        replyTo == null || replyTo.isEmpty() ? null : Address.reply(replyTo),
        headers);
  }

  private static void putHeader(Map<String, String> headers, String name, byte[] value) {
    switch (name) {
      case DATA, CONTENT_TYPE, MESSAGE_ID, CORRELATION_ID, REPLY_TO, DELAY, TTL -> {}
      default -> headers.put(name, new String(value, StandardCharsets.UTF_8));
    }
  }

  private static @Nullable String text(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** The delay or the time to live in these fields; null when absent or malformed. */
  static @Nullable Duration time(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    if (value == null || value.length > LONGEST_TIME) {
      return null;
    }
    long millis = Decimal.parse(value);
    return millis < 0 ? null : Duration.ofMillis(millis);
  }

  /**
   * The fields of a message, names and values in turn: strings, and bytes for values. No name comes
   * twice.
   *
   * @throws IllegalArgumentException if the native message is not of the client library's type
   */
  static List<Object> write(Outgoing out) {
    WireMessage message = out.message();
    List<Object> fields = new ArrayList<>(2 * (message.headers().size() + OWN));
    Object own = out.nativeMessage();
    if (own == null) {
      fields.add(DATA);
      fields.add(message.body());
      put(fields, CONTENT_TYPE, message.contentType());
      put(fields, MESSAGE_ID, message.messageId());
      for (Map.Entry<String, String> header : message.headers().entrySet()) {
        put(fields, header.getKey(), header.getValue());
      }
      set(fields, WireHeaders.KEY, out.key());
    } else {
      copy(own, fields);
    }
    set(fields, CORRELATION_ID, message.correlationId());
    Address replyTo = message.replyTo();
    set(fields, REPLY_TO, replyTo == null ? null : replyTo.name());
    if (!out.delay().isZero()) {
      set(fields, DELAY, Long.toString(millis(out.delay())));
    }
    Duration ttl = out.timeToLive();
    if (ttl != null && !isTimeout(message, ttl)) {
      set(fields, TTL, Long.toString(millis(ttl)));
    }
    return fields;
  }

  /** A request says its limit itself, and the receiver counts those that came too late. */
  private static boolean isTimeout(WireMessage message, Duration ttl) {
    String timeout = message.header(WireHeaders.TIMEOUT);
    return timeout != null && timeout.equals(Long.toString(ttl.toMillis()));
  }

  private static long millis(Duration duration) {
    return Math.max(1, duration.plusNanos(999_999).toMillis()); // never too early
  }

  private static void put(List<Object> fields, String name, @Nullable String value) {
    if (value != null) {
      fields.add(name);
      fields.add(value);
    }
  }

  /** In place of a field of that name, which a native message or a dead letter may have. */
  private static void set(List<Object> fields, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equals(name)) {
        fields.set(i + 1, value);
        return;
      }
    }
    put(fields, name, value);
  }

  private static void copy(Object own, List<Object> fields) {
    if (!(own instanceof StreamMessage<?, ?> message)) {
      throw new IllegalArgumentException(
          "Redis sends a native message of type "
              + StreamMessage.class.getName()
              + ", not "
              + own.getClass().getName());
    }
    if (message.getBody() == null || message.getBody().isEmpty()) {
      throw new IllegalArgumentException("a stream entry has one field at least, this has none");
    }
    message
        .getBody()
        .forEach(
            (name, value) -> {
              fields.add(text(name));
              fields.add(bytes(value));
            });
  }

  private static String text(@Nullable Object name) {
    return name instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(name);
  }

  private static byte[] bytes(@Nullable Object value) {
    return value instanceof byte[] bytes
        ? bytes
        : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
  }
}
