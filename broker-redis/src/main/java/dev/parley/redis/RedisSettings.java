package dev.parley.redis;

import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.support.BackOff;
import dev.parley.spi.support.BackOffSettings;
import dev.parley.spi.support.SendBudget;
import dev.parley.spi.support.SendBudgetSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The values of the settings of this transport. */
record RedisSettings(
    Duration heartbeat,
    Duration connectTimeout,
    Supplier<BackOff> backOff,
    Duration claimAfter,
    Duration checkInterval,
    Duration topicKeep,
    Duration replyKeep,
    Pattern replyCreate,
    Supplier<SendBudget> sendBudget) {

  private static final BackOffSettings BACK_OFF =
      new BackOffSettings("redis", "to connect or to consume");
  private static final SendBudgetSettings SEND_BUDGET = new SendBudgetSettings("redis");

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

  static final List<Setting<?>> ALL =
      Stream.of(
              List.of(
                  HEARTBEAT,
                  CONNECT_TIMEOUT,
                  CLAIM_AFTER,
                  CHECK_INTERVAL,
                  TOPIC_KEEP,
                  REPLY_KEEP,
                  REPLY_CREATE),
              BACK_OFF.all(),
              SEND_BUDGET.all())
          .<Setting<?>>flatMap(List::stream)
          .toList();

  RedisSettings {
    atLeast(HEARTBEAT, heartbeat, Duration.ofSeconds(1));
    atLeast(CLAIM_AFTER, claimAfter, Duration.ofSeconds(1));
    atLeast(CHECK_INTERVAL, checkInterval, Duration.ofMillis(10));
    atLeast(REPLY_KEEP, replyKeep, heartbeat.multipliedBy(2));
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
        BACK_OFF.read(settings),
        settings.get(CLAIM_AFTER),
        settings.get(CHECK_INTERVAL),
        settings.get(TOPIC_KEEP),
        settings.get(REPLY_KEEP),
        settings.get(REPLY_CREATE),
        SEND_BUDGET.read(settings));
  }
}
