package dev.parley.engine.runtime;

import dev.parley.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** All settings of the engine. */
public final class EngineSettings {

  public static final Setting<String> URL =
      Setting.text(
          "broker.url",
          "memory:",
          "Which broker, and where: memory:, amqp://user:password@host:port/vhost.");
  public static final Setting<String> NAME =
      Setting.text("broker.name", "parley", "What the name of each instance begins with.");
  public static final Setting<Duration> CALL_TIMEOUT =
      Setting.duration(
          "call.timeout", Duration.ofSeconds(30), "How long a call waits for its reply.");
  public static final Setting<Integer> CALL_LIMIT =
      Setting.integer(
          "call.limit", 100_000, 1, 10_000_000, "How many calls may be in flight at once.");
  public static final Setting<Integer> GATHER_LIMIT =
      Setting.integer(
          "call.gather-limit", 10_000, 1, 10_000_000, "How many replies one gathering may have.");
  public static final Setting<String> CONTROL_TOPIC =
      Setting.text(
          "call.control-topic",
          "parley.control",
          "The topic on which servers hear of cancelled calls; empty for not to say or hear it.");
  public static final Setting<Duration> PUBLISH_TIMEOUT =
      Setting.duration(
          "publish.timeout",
          Duration.ofSeconds(30),
          "How long a publish waits for the broker's confirmation.");
  public static final Setting<Duration> START_TIMEOUT =
      Setting.duration(
          "start.timeout",
          Duration.ofSeconds(30),
          "How long start waits until all handlers are consuming.");
  public static final Setting<Boolean> START_WAIT =
      Setting.flag("start.wait", true, "Whether start waits until all handlers are consuming.");
  public static final Setting<Duration> CLOSE_TIMEOUT =
      Setting.duration(
          "close.timeout",
          Duration.ofSeconds(30),
          "How long running handlers may take to finish at close.");
  public static final Setting<Integer> CONCURRENCY =
      Setting.integer(
          "handler.concurrency",
          1,
          1,
          100_000,
          "How many handlers of one subscription run at once.");
  public static final Setting<Integer> PREFETCH =
      Setting.integer(
          "handler.prefetch",
          256,
          1,
          65_535,
          "How many messages of one subscription may be fetched and unsettled.");
  public static final Setting<Integer> RETRY =
      Setting.integer(
          "handler.retry",
          3,
          0,
          1_000_000,
          "How many more attempts follow the first, for messages without a deadline.");
  public static final Setting<Duration> LIMIT =
      Setting.duration(
          "handler.limit",
          Duration.ofMinutes(15),
          "The longest time for one attempt of a handler.");
  public static final Setting<Boolean> LOAD_SHEDDING =
      Setting.flag(
          "handler.load-shedding",
          false,
          "Whether requests are refused that cannot be started before their deadline.");
  public static final Setting<Duration> BACKOFF_INITIAL =
      Setting.duration(
          "retry.backoff.initial",
          Duration.ofMillis(200),
          "The delay before the second attempt; it doubles from there.");
  public static final Setting<Duration> BACKOFF_MAX =
      Setting.duration(
          "retry.backoff.max", Duration.ofSeconds(30), "The longest delay between two attempts.");
  public static final Setting<Integer> MAX_BYTES =
      Setting.integer(
          "message.max-bytes",
          16 * 1024 * 1024,
          1,
          Integer.MAX_VALUE,
          "The largest body that is read or sent.");
  public static final Setting<Integer> MAX_DEPTH =
      Setting.integer("message.max-depth", 200, 1, 10_000, "How deep JSON may be nested.");
  public static final Setting<Integer> STREAM_CREDIT =
      Setting.integer(
          "stream.credit",
          256,
          1,
          1_000_000,
          "How many items of a stream may be sent ahead of the one who takes them.");
  public static final Setting<Duration> STREAM_IDLE_TIMEOUT =
      Setting.duration(
          "stream.idle-timeout",
          Duration.ofSeconds(30),
          "How long a caller waits for the next item of a stream.");
  public static final Setting<Duration> STREAM_HEARTBEAT =
      Setting.duration(
          "stream.heartbeat",
          Duration.ofSeconds(3),
          "How often both sides of a quiet stream give a sign; after three times that without one the other is gone. The same on both sides.");
  public static final Setting<Pattern> REPLY_ALLOW =
      Setting.pattern(
          "reply.allow",
          ".*",
          "Which reply addresses are answered; others are counted and ignored.");

  /** All of them. */
  public static final List<Setting<?>> ALL =
      List.of(
          URL,
          NAME,
          CALL_TIMEOUT,
          CALL_LIMIT,
          GATHER_LIMIT,
          CONTROL_TOPIC,
          PUBLISH_TIMEOUT,
          START_TIMEOUT,
          START_WAIT,
          CLOSE_TIMEOUT,
          CONCURRENCY,
          PREFETCH,
          RETRY,
          LIMIT,
          LOAD_SHEDDING,
          BACKOFF_INITIAL,
          BACKOFF_MAX,
          MAX_BYTES,
          MAX_DEPTH,
          STREAM_CREDIT,
          STREAM_IDLE_TIMEOUT,
          STREAM_HEARTBEAT,
          REPLY_ALLOW);

  /** The first words of keys below which an unknown key is a mistake. */
  public static final Set<String> OWNED_PREFIXES =
      Set.of(
          "broker", "call", "publish", "start", "close", "handler", "retry", "message", "stream",
          "reply");

  private EngineSettings() {}
}
