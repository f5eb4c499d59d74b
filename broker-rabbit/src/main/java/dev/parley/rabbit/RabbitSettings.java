package dev.parley.rabbit;

import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.support.BackOff;
import dev.parley.spi.support.BackOffSettings;
import dev.parley.spi.support.SendBudget;
import dev.parley.spi.support.SendBudgetSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The values of the settings of this transport. */
record RabbitSettings(
    Duration heartbeat,
    Duration connectTimeout,
    Duration rpcTimeout,
    Supplier<BackOff> backOff,
    boolean quorum,
    boolean directReplyTo,
    Supplier<SendBudget> sendBudget) {

  private static final BackOffSettings BACK_OFF =
      new BackOffSettings("rabbit", "to connect or to consume");
  private static final SendBudgetSettings SEND_BUDGET = new SendBudgetSettings("rabbit");

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

  static final List<Setting<?>> ALL =
      Stream.of(
              List.of(HEARTBEAT, CONNECT_TIMEOUT, RPC_TIMEOUT, QUORUM, DIRECT_REPLY_TO),
              BACK_OFF.all(),
              SEND_BUDGET.all())
          .<Setting<?>>flatMap(List::stream)
          .toList();

  RabbitSettings {
    if (heartbeat.compareTo(Duration.ofSeconds(2)) < 0) {
      throw new IllegalArgumentException(HEARTBEAT + " must be 2s or more, was " + heartbeat);
    }
  }

  static RabbitSettings read(Settings settings) {
    return new RabbitSettings(
        settings.get(HEARTBEAT),
        settings.get(CONNECT_TIMEOUT),
        settings.get(RPC_TIMEOUT),
        BACK_OFF.read(settings),
        settings.get(QUORUM),
        settings.get(DIRECT_REPLY_TO),
        SEND_BUDGET.read(settings));
  }

  /**
   * The interval to ask RabbitMQ for, in seconds: amqp-client gives up after nine quarters of it,
   * and the promise is eight quarters of {@link #heartbeat}.
   */
  int requestedHeartbeatSeconds() {
    return (int) Math.max(1, heartbeat.toSeconds() * 8 / 9);
  }
}
