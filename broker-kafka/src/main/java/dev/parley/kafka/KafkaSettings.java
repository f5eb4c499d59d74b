package dev.parley.kafka;

import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.support.BackOff;
import dev.parley.spi.support.BackOffSettings;
import dev.parley.spi.support.SendBudget;
import dev.parley.spi.support.SendBudgetSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The values of the settings of this transport.
 *
 * @param client properties of Kafka's own clients
 * @param window records of a partition
 */
record KafkaSettings(
    Map<String, String> client,
    boolean create,
    int partitions,
    int replication,
    int maxMessageBytes,
    String replyTopic,
    int replyPartitions,
    Duration replyRetention,
    boolean springHeaders,
    boolean transactions,
    int share,
    Duration commitInterval,
    int window,
    Duration healthInterval,
    Supplier<BackOff> backOff,
    Supplier<SendBudget> sendBudget) {

  private static final BackOffSettings BACK_OFF = new BackOffSettings("kafka", "to consume");
  private static final SendBudgetSettings SEND_BUDGET = new SendBudgetSettings("kafka");

  static final int MOST_SHARED = 64;

  private static final Setting<Map<String, String>> CLIENT =
      Setting.below(
          "kafka.client",
          "Any property of Kafka's own producer, consumer and admin client, by its own name:"
              + " kafka.client.security.protocol, kafka.client.sasl.jaas.config and so on.",
          ClientProperties::check);

  private static final Setting<Boolean> CREATE =
      Setting.flag(
          "kafka.create",
          true,
          "Whether handlers and declare create topics that are missing; when not, a missing topic"
              + " is an error. Publishing never creates one.");

  private static final Setting<Integer> PARTITIONS =
      Setting.integer(
          "kafka.partitions",
          8,
          1,
          10_000,
          "How many partitions a topic is created with: as many consumers can share a queue.");

  private static final Setting<Integer> REPLICATION =
      Setting.integer(
          "kafka.replication",
          0,
          0,
          100,
          "How many brokers keep a copy of a topic that is created; 0 for the cluster's default.");

  private static final Setting<Integer> MAX_MESSAGE_BYTES =
      Setting.integer(
          "kafka.max-message-bytes",
          17 * 1024 * 1024,
          1_024,
          Integer.MAX_VALUE - 1_024,
          "The largest message, headers included, that is sent, and that topics are created for.");

  private static final Setting<String> REPLY_TOPIC =
      Setting.text(
          "kafka.reply.topic",
          "parley.replies",
          "The topic that replies to this client come by, created when it is missing.");

  private static final Setting<Integer> REPLY_PARTITIONS =
      Setting.integer(
          "kafka.reply.partitions",
          32,
          1,
          10_000,
          "How many partitions the reply topic is created with; each client reads one.");

  private static final Setting<Duration> REPLY_RETENTION =
      Setting.duration(
          "kafka.reply.retention",
          Duration.ofMinutes(10),
          "How long the reply topic, when it is created, keeps replies.");

  private static final Setting<Boolean> SPRING_HEADERS =
      Setting.flag(
          "kafka.spring-headers",
          false,
          "Whether requests carry kafka_replyTopic, kafka_replyPartition and kafka_correlationId"
              + " too, for servers made with Spring.");

  private static final Setting<Boolean> TRANSACTIONS =
      Setting.flag(
          "kafka.transactions",
          false,
          "Whether what a handler consumes, replies and publishes by @PublishTo is one transaction.");

  private static final Setting<Integer> SHARE =
      Setting.integer(
          "kafka.share",
          0,
          0,
          MOST_SHARED,
          "By how many consumers of a share group each handler reads its queue or group, where it"
              + " does not say so itself; 0 for a group of the usual kind.");

  private static final Setting<Duration> COMMIT_INTERVAL =
      Setting.duration(
          "kafka.commit.interval",
          Duration.ofMillis(500),
          "How often what was handled is committed; it is handled again after a crash.");

  private static final Setting<Integer> WINDOW =
      Setting.integer(
          "kafka.window",
          1_000,
          1,
          10_000,
          "How many records of a partition may be fetched past the first that is not handled yet;"
              + " then the partition waits for it.");

  private static final Setting<Duration> HEALTH_INTERVAL =
      Setting.duration(
          "kafka.health.interval",
          Duration.ofSeconds(5),
          "How often the cluster is asked for a sign of life.");

  static final List<Setting<?>> ALL =
      Stream.of(
              List.of(
                  CLIENT,
                  CREATE,
                  PARTITIONS,
                  REPLICATION,
                  MAX_MESSAGE_BYTES,
                  REPLY_TOPIC,
                  REPLY_PARTITIONS,
                  REPLY_RETENTION,
                  SPRING_HEADERS,
                  TRANSACTIONS,
                  SHARE,
                  COMMIT_INTERVAL,
                  WINDOW,
                  HEALTH_INTERVAL),
              BACK_OFF.all(),
              SEND_BUDGET.all())
          .<Setting<?>>flatMap(List::stream)
          .toList();

  KafkaSettings {
    TopicNames.require(replyTopic, REPLY_TOPIC.key());
  }

  static KafkaSettings read(Settings settings) {
    return new KafkaSettings(
        settings.get(CLIENT),
        settings.get(CREATE),
        settings.get(PARTITIONS),
        settings.get(REPLICATION),
        settings.get(MAX_MESSAGE_BYTES),
        settings.get(REPLY_TOPIC),
        settings.get(REPLY_PARTITIONS),
        settings.get(REPLY_RETENTION),
        settings.get(SPRING_HEADERS),
        settings.get(TRANSACTIONS),
        settings.get(SHARE),
        settings.get(COMMIT_INTERVAL),
        settings.get(WINDOW),
        settings.get(HEALTH_INTERVAL),
        BACK_OFF.read(settings),
        SEND_BUDGET.read(settings));
  }

  @Override
  public String toString() {
    return "KafkaSettings[" + replyTopic + "]"; // without the client's, which may be passwords
  }
}
