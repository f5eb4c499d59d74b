package dev.parley.bench.contestant;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What programs by hand do with streams. Immutable; a connection may be shared. */
@SuppressWarnings("FutureReturnValueIgnored") // what was not acknowledged comes again
record RedisParts(RedisClient client) implements AutoCloseable {
  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
  static final String DATA = "data";
  static final String CORRELATION_ID = "correlation_id";
  static final String REPLY_TO = "reply_to";

  /** Adds to a stream that exists. */
  static final XAddArgs ADD = new XAddArgs().nomkstream();

  private static final int BATCH = 256;
  private static final Duration BLOCK = Duration.ofMillis(200);

  static RedisParts of(String url) {
    return new RedisParts(RedisClient.create(url));
  }

  StatefulRedisConnection<String, byte[]> connect() {
    return client.connect(CODEC);
  }

  /** The stream and the group of a queue. */
  void declare(String queue) {
    try (StatefulRedisConnection<String, byte[]> connection = connect()) {
      connection
          .sync()
          .xgroupCreate(
              StreamOffset.from(queue, "0"), queue, XGroupCreateArgs.Builder.mkstream(true));
    } catch (RedisBusyException e) {
      throw new IllegalStateException(queue + " exists already", e);
    }
  }

  /** Reads a queue as one of its group. */
  static List<StreamMessage<String, byte[]>> readGroup(
      RedisCommands<String, byte[]> commands, String queue) {
    @SuppressWarnings("unchecked") // an array of a generic type
    List<StreamMessage<String, byte[]>> messages =
        commands.xreadgroup(
            Consumer.from(queue, "by-hand"),
            XReadArgs.Builder.block(BLOCK).count(BATCH),
            StreamOffset.lastConsumed(queue));
    return messages;
  }

  /** Reads what comes behind an entry. */
  static List<StreamMessage<String, byte[]>> read(
      RedisCommands<String, byte[]> commands, String stream, String after) {
    @SuppressWarnings("unchecked") // an array of a generic type
    List<StreamMessage<String, byte[]>> messages =
        commands.xread(
            XReadArgs.Builder.block(BLOCK).count(BATCH), StreamOffset.from(stream, after));
    return messages;
  }

  /** Acknowledges and removes. */
  static void done(RedisAsyncCommands<String, byte[]> commands, String queue, String[] ids) {
    if (ids.length > 0) {
      commands.xack(queue, queue, ids);
      commands.xdel(queue, ids);
    }
  }

  static String[] ids(List<StreamMessage<String, byte[]>> messages) {
    return messages.stream().map(StreamMessage::getId).toArray(String[]::new);
  }

  static String text(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    if (value == null) {
      throw new IllegalStateException("An entry has no " + name);
    }
    return new String(value, UTF_8);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
