package dev.parley.redis;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;

/** Lettuce's reads, of one stream each. Stateless. */
final class StreamReads {

  private StreamReads() {}

  /** {@code XREAD}: what comes after an id. */
  @SuppressWarnings("unchecked") // varargs of a generic type, made here and read by Lettuce only
  static RedisFuture<List<StreamMessage<String, byte[]>>> after(
      RedisClusterAsyncCommands<String, byte[]> redis, XReadArgs how, String stream, String id) {
    return redis.xread(how, StreamOffset.from(stream, id));
  }

  /** {@code XREADGROUP}: what no consumer of the group was given yet. */
  @SuppressWarnings("unchecked") // as above
  static RedisFuture<List<StreamMessage<String, byte[]>>> next(
      RedisClusterAsyncCommands<String, byte[]> redis,
      XReadArgs how,
      Consumer<String> consumer,
      String stream) {
    return redis.xreadgroup(consumer, how, StreamOffset.lastConsumed(stream));
  }
}
