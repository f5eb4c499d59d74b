package dev.parley.conformance;

import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.MESSAGE_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;
import static java.util.Objects.requireNonNull;

import dev.parley.conformance.brokers.RedisWire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A client of Redis that speaks its protocol by hand, as {@code redis-cli} does. */
public final class RedisForeignClient implements ForeignClient {

  private static final String CONSUMER = "foreign";
  private static final String DATA = "data";
  private static final String CHANNEL = "channel:"; // as our transport calls them

  private final RedisWire wire;
  private final Map<String, String> replies = new HashMap<>(); // to the last id that was read

  private RedisForeignClient(RedisWire wire) {
    this.wire = wire;
  }

  /** A client of the server at that URL. */
  public static RedisForeignClient connect(String url) {
    try {
      return new RedisForeignClient(RedisWire.connect(url));
    } catch (IOException e) {
      throw new IllegalStateException("Redis does not answer", e);
    }
  }

  private @Nullable Object call(Object... words) {
    try {
      return wire.call(words);
    } catch (IOException e) {
      throw new IllegalStateException("Redis did not obey " + words[0], e);
    }
  }

  @Override
  public void declare(String queue) {
    try {
      wire.call("XGROUP", "CREATE", queue, queue, "0", "MKSTREAM");
    } catch (RedisWire.ErrorReply e) {
      if (!String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) {
        throw new IllegalStateException("Cannot declare " + queue, e);
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot declare " + queue, e);
    }
  }

  @Override
  public Optional<String> channel(String name) {
    return Optional.of(CHANNEL + name);
  }

  @Override
  public void send(String address, RawMessage message) {
    if (address.startsWith(CHANNEL)) {
      call("PUBLISH", address.substring(CHANNEL.length()), message.body());
      return;
    }
    List<Object> words = new ArrayList<>(List.of("XADD", address, "NOMKSTREAM", "*"));
    message.headers().forEach((name, value) -> field(words, name, value));
    words.add(DATA);
    words.add(message.body());
    property(words, "content-type", message.property(CONTENT_TYPE));
    property(words, "correlation_id", message.property(CORRELATION_ID));
    property(words, "reply_to", message.property(REPLY_TO));
    property(words, "message_id", message.property(MESSAGE_ID));
    if (call(words.toArray()) == null) {
      throw new IllegalStateException("There is no stream \"" + address + "\"");
    }
  }

  private static void field(List<Object> words, String name, @Nullable Object value) {
    words.add(name);
    words.add(value instanceof byte[] ? value : String.valueOf(value));
  }

  private static void property(List<Object> words, String name, @Nullable String value) {
    if (value != null) {
      words.add(name);
      words.add(value);
    }
  }

  @Override
  public @Nullable RawMessage receive(String address, Duration limit) {
    String last = replies.get(address);
    long block = Math.max(1, limit.toMillis());
    if (last != null) {
      Object found = call("XREAD", "COUNT", "1", "BLOCK", block, "STREAMS", address, last);
      return found == null ? null : read(address, found);
    }
    declare(address);
    Object found =
        call(
            "XREADGROUP",
            "GROUP",
            address,
            CONSUMER,
            "COUNT",
            "1",
            "BLOCK",
            block,
            "STREAMS",
            address,
            ">");
    return found == null ? null : acknowledge(address, found);
  }

  private RawMessage read(String address, Object found) {
    List<?> entry = entry(found);
    replies.put(address, RedisWire.string(requireNonNull(entry.get(0))));
    return raw((List<?>) requireNonNull(entry.get(1)));
  }

  private RawMessage acknowledge(String queue, Object found) {
    List<?> entry = entry(found);
    call("XACK", queue, queue, RedisWire.string(requireNonNull(entry.get(0))));
    return raw((List<?>) requireNonNull(entry.get(1)));
  }

  /** The first entry of the first stream of an answer. */
  private static List<?> entry(Object found) {
    List<?> stream = (List<?>) requireNonNull(((List<?>) found).get(0));
    List<?> entries = (List<?>) requireNonNull(stream.get(1));
    return (List<?>) requireNonNull(entries.get(0));
  }

  private static RawMessage raw(List<?> fields) {
    RawMessage message = RawMessage.of(new byte[0]);
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      if (RedisWire.string(requireNonNull(fields.get(i))).equals(DATA)) {
        message = RawMessage.of((byte[]) requireNonNull(fields.get(i + 1)));
      }
    }
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      String name = RedisWire.string(requireNonNull(fields.get(i)));
      String value = RedisWire.string(requireNonNull(fields.get(i + 1)));
      message = with(message, name, value);
    }
    return message;
  }

  private static RawMessage with(RawMessage message, String name, String value) {
    return switch (name) {
      case DATA -> message;
      case "content-type" -> message.with(CONTENT_TYPE, value);
      case "correlation_id" -> message.with(CORRELATION_ID, value);
      case "reply_to" -> message.with(REPLY_TO, value);
      case "message_id" -> message.with(MESSAGE_ID, value);
      default -> message.header(name, value);
    };
  }

  @Override
  public String openReplies() {
    String name = "foreign-replies-" + UUID.randomUUID();
    declare(name);
    replies.put(name, "0");
    return name;
  }

  @Override
  public boolean exists(String address) {
    return Long.valueOf(1).equals(call("EXISTS", address));
  }

  @Override
  public int longestCorrelationId() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    wire.close();
  }
}
