package dev.parley.rabbit;

import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.support.BackOff;
import java.time.Duration;
import java.util.List;

/**
 * The values of the settings of this transport.
 *
 * @param publishBuffer messages
 * @param publishBufferBytes bytes of body
 */
record RabbitSettings(
    Duration heartbeat,
    Duration connectTimeout,
    Duration rpcTimeout,
    Duration reconnectMin,
    Duration reconnectMax,
    boolean quorum,
    boolean directReplyTo,
    int publishBuffer,
    int publishBufferBytes) {

  private static final Setting<Duration> HEARTBEAT =
      Setting.duration(
          "rabbit.heartbeat",
          Duration.ofSeconds(5),
          "How often a sign of life is expected from RabbitMQ; a connection silent for twice as"
              + " long is given up. Whole seconds, 2 s or more.");

  private static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration(
          "rabbit.connect-timeout",
          Duration.ofSeconds(5),
          "How long each step of opening a connection may take (TCP, then AMQP), for each host.");

  private static final Setting<Duration> RPC_TIMEOUT =
      Setting.duration(
          "rabbit.rpc-timeout",
          Duration.ofSeconds(10),
          "How long RabbitMQ may take to answer a declaration or to start or cancel a consumer.");

  private static final Setting<Duration> RECONNECT_MIN =
      Setting.duration(
          "rabbit.reconnect.min",
          Duration.ofMillis(100),
          "The longest wait before the first new attempt to connect or to consume; it doubles with"
              + " each attempt, and the wait is random below it.");

  private static final Setting<Duration> RECONNECT_MAX =
      Setting.duration(
          "rabbit.reconnect.max",
          Duration.ofSeconds(5),
          "The longest wait between two attempts to connect or to consume.");

  private static final Setting<Boolean> QUORUM =
      Setting.flag(
          "rabbit.quorum",
          false,
          "Whether queues are declared as quorum queues. A queue that exists stays what it is.");

  private static final Setting<Boolean> DIRECT_REPLY_TO =
      Setting.flag(
          "rabbit.direct-reply-to",
          false,
          "Whether replies come by RabbitMQ's direct reply-to instead of an exclusive queue: no"
              + " queue, but replies are lost with the publishing channel.");

  private static final Setting<Integer> PUBLISH_BUFFER =
      Setting.integer(
          "rabbit.publish.buffer",
          65_536,
          1,
          10_000_000,
          "How many messages may wait to be written or confirmed; more are refused.");

  private static final Setting<Integer> PUBLISH_BUFFER_BYTES =
      Setting.integer(
          "rabbit.publish.buffer-bytes",
          256 * 1024 * 1024,
          1,
          Integer.MAX_VALUE,
          "How many bytes of message bodies may wait to be written or confirmed; more are refused."
              + " One message is always taken.");

  static final List<Setting<?>> ALL =
      List.of(
          HEARTBEAT,
          CONNECT_TIMEOUT,
          RPC_TIMEOUT,
          RECONNECT_MIN,
          RECONNECT_MAX,
          QUORUM,
          DIRECT_REPLY_TO,
          PUBLISH_BUFFER,
          PUBLISH_BUFFER_BYTES);

  RabbitSettings {
    if (heartbeat.compareTo(Duration.ofSeconds(2)) < 0) {
      throw new IllegalArgumentException(HEARTBEAT + " must be 2s or more, was " + heartbeat);
    }
    if (reconnectMax.compareTo(reconnectMin) < 0) {
      throw new IllegalArgumentException(
          RECONNECT_MAX
              + " ("
              + reconnectMax
              + ") must not be less than "
              + RECONNECT_MIN
              + " ("
              + reconnectMin
              + ")");
    }
  }

  static RabbitSettings read(Settings settings) {
    return new RabbitSettings(
        settings.get(HEARTBEAT),
        settings.get(CONNECT_TIMEOUT),
        settings.get(RPC_TIMEOUT),
        settings.get(RECONNECT_MIN),
        settings.get(RECONNECT_MAX),
        settings.get(QUORUM),
        settings.get(DIRECT_REPLY_TO),
        settings.get(PUBLISH_BUFFER),
        settings.get(PUBLISH_BUFFER_BYTES));
  }

  /**
   * The interval to ask RabbitMQ for, in seconds: amqp-client gives up after nine quarters of it,
   * and the promise is eight quarters of {@link #heartbeat}.
   */
  int requestedHeartbeatSeconds() {
    return (int) Math.max(1, heartbeat.toSeconds() * 8 / 9);
  }

  BackOff backOff() {
    return new BackOff(reconnectMin, reconnectMax);
  }
}
