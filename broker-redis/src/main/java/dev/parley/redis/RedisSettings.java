package dev.parley.redis;

import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.support.BackOff;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The values of the settings of this transport.
 *
 * @param publishBuffer messages
 * @param publishBufferBytes bytes of body
 */
record RedisSettings(
    Duration heartbeat,
    Duration connectTimeout,
    Duration reconnectMin,
    Duration reconnectMax,
    Duration claimAfter,
    Duration checkInterval,
    Duration topicKeep,
    Duration replyKeep,
    Pattern replyCreate,
    int publishBuffer,
    int publishBufferBytes) {

  private static final Setting<Duration> HEARTBEAT =
      Setting.duration(
          "redis.heartbeat",
          Duration.ofSeconds(5),
          "How often a sign of life is expected from Redis; a connection silent for twice as long"
              + " is given up. 1 s or more.");

  private static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration(
          "redis.connect-timeout",
          Duration.ofSeconds(5),
          "How long opening a connection may take, and how long a declaration waits for one.");

  private static final Setting<Duration> RECONNECT_MIN =
      Setting.duration(
          "redis.reconnect.min",
          Duration.ofMillis(100),
          "The longest wait before the first new attempt to connect or to consume; it doubles with"
              + " each attempt, and the wait is random below it.");

  private static final Setting<Duration> RECONNECT_MAX =
      Setting.duration(
          "redis.reconnect.max",
          Duration.ofSeconds(5),
          "The longest wait between two attempts to connect or to consume.");

  private static final Setting<Duration> CLAIM_AFTER =
      Setting.duration(
          "redis.claim-after",
          Duration.ofSeconds(30),
          "After how long without a sign of life the messages of a consumer are claimed by others."
              + " The same in all instances of a service. 1 s or more.");

  private static final Setting<Duration> CHECK_INTERVAL =
      Setting.duration(
          "redis.check-interval",
          Duration.ofSeconds(1),
          "How often a consumer looks for messages that others have left or handed back, and"
              + " whether its stream and group are still there.");

  private static final Setting<Duration> TOPIC_KEEP =
      Setting.duration(
          "redis.topic.keep",
          Duration.ofMinutes(1),
          "How long messages of a topic are kept at least, even when every group is done with them,"
              + " for broadcast readers that are slow or reconnect.");

  private static final Setting<Duration> REPLY_KEEP =
      Setting.duration(
          "redis.reply.keep",
          Duration.ofMinutes(1),
          "How long the reply stream of an instance outlives it; a cut connection that lasts longer"
              + " loses replies. Twice the heartbeat or more.");

  private static final Setting<Pattern> REPLY_CREATE =
      Setting.pattern(
          "redis.reply.create",
          "",
          "Which streams a request may name in reply_to without having made them: a regular"
              + " expression for the whole name. They are made by the reply, hold the last 1000"
              + " replies, and expire an hour after the last. Default: none, so that a request"
              + " cannot make anything exist.");

  private static final Setting<Integer> PUBLISH_BUFFER =
      Setting.integer(
          "redis.publish.buffer",
          65_536,
          1,
          10_000_000,
          "How many messages may wait to be written or confirmed; more are refused.");

  private static final Setting<Integer> PUBLISH_BUFFER_BYTES =
      Setting.integer(
          "redis.publish.buffer-bytes",
          256 * 1024 * 1024,
          1,
          Integer.MAX_VALUE,
          "How many bytes of message bodies may wait to be written or confirmed; more are refused."
              + " One message is always taken.");

  static final List<Setting<?>> ALL =
      List.of(
          HEARTBEAT,
          CONNECT_TIMEOUT,
          RECONNECT_MIN,
          RECONNECT_MAX,
          CLAIM_AFTER,
          CHECK_INTERVAL,
          TOPIC_KEEP,
          REPLY_KEEP,
          REPLY_CREATE,
          PUBLISH_BUFFER,
          PUBLISH_BUFFER_BYTES);

  RedisSettings {
    atLeast(HEARTBEAT, heartbeat, Duration.ofSeconds(1));
    atLeast(CLAIM_AFTER, claimAfter, Duration.ofSeconds(1));
    atLeast(CHECK_INTERVAL, checkInterval, Duration.ofMillis(10));
    atLeast(REPLY_KEEP, replyKeep, heartbeat.multipliedBy(2));
    atLeast(RECONNECT_MAX, reconnectMax, reconnectMin);
  }

  private static void atLeast(Setting<Duration> setting, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(setting + " must be " + least + " or more, was " + value);
    }
  }

  static RedisSettings read(Settings settings) {
    return new RedisSettings(
        settings.get(HEARTBEAT),
        settings.get(CONNECT_TIMEOUT),
        settings.get(RECONNECT_MIN),
        settings.get(RECONNECT_MAX),
        settings.get(CLAIM_AFTER),
        settings.get(CHECK_INTERVAL),
        settings.get(TOPIC_KEEP),
        settings.get(REPLY_KEEP),
        settings.get(REPLY_CREATE),
        settings.get(PUBLISH_BUFFER),
        settings.get(PUBLISH_BUFFER_BYTES));
  }

  BackOff backOff() {
    return new BackOff(reconnectMin, reconnectMax);
  }
}
