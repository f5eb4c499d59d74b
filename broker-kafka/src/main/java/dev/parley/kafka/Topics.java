package dev.parley.kafka;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.Scheduler;
import dev.parley.spi.TransportException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up and creates topics. Asking never creates one: the admin client does not let the cluster
 * do that.
 *
 * <p>Any thread asks; answers come on the admin client's thread, which must not be held up.
 */
final class Topics {

  private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int LOOK_TIMEOUT_MILLIS = 5_000;

  /** A topic that exists. */
  record Topic(Uuid id, int partitions) {}

  /** How a topic is created. */
  record Shape(int partitions, int replication, Map<String, String> configuration) {}

  private final Cluster cluster;
  private final KafkaSettings settings;
  private final Scheduler scheduler;

  Topics(Cluster cluster, KafkaSettings settings, Scheduler scheduler) {
    this.cluster = cluster;
    this.settings = settings;
    this.scheduler = scheduler;
  }

  /** The topic of that name, empty when there is none; fails when the cluster does not answer. */
  CompletionStage<Optional<Topic>> find(String name) {
    if (!TopicNames.isLegal(name)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return cluster.admin().thenCompose(admin -> find(admin, name));
  }

  private static CompletionStage<Optional<Topic>> find(Admin admin, String name) {
    DescribeTopicsOptions options = new DescribeTopicsOptions().timeoutMs(LOOK_TIMEOUT_MILLIS);
    KafkaFuture<TopicDescription> description =
        requireNonNull(admin.describeTopics(List.of(name), options).topicNameValues().get(name));
    return description
        .toCompletionStage()
        .thenApply(topic -> Optional.of(new Topic(topic.topicId(), topic.partitions().size())))
        .exceptionallyCompose(
            error ->
                KafkaErrors.isAbsent(error)
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : CompletableFuture.failedFuture(error));
  }

  /**
   * The topic of that name, created when it is missing; fails with {@link TransportException}. One
   * that exists is used as it is.
   */
  CompletionStage<Topic> ensure(String name, KafkaQueueSpec spec) {
    boolean create = spec.create() == null ? settings.create() : spec.create();
    return ensure(name, create ? shape(spec) : null);
  }

  /** The reply topic: as any other, and its replies are kept for a short time only. */
  CompletionStage<Topic> ensureReplyTopic() {
    Map<String, String> configuration = configuration(KafkaQueueSpec.DEFAULT);
    String retention = Long.toString(settings.replyRetention().toMillis());
    configuration.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    configuration.put(TopicConfig.RETENTION_MS_CONFIG, retention);
    configuration.put(TopicConfig.SEGMENT_MS_CONFIG, retention);
    return ensure(
        settings.replyTopic(),
        settings.create()
            ? new Shape(settings.replyPartitions(), settings.replication(), configuration)
            : null);
  }

  private Shape shape(KafkaQueueSpec spec) {
    return new Shape(
        partitions(spec),
        spec.replication() > 0 ? spec.replication() : settings.replication(),
        configuration(spec));
  }

  /**
   * One where a share group reads it: it has no need of more, and its members are given partitions
   * too, so that with fewer members than partitions one that is busy would leave some unread.
   */
  private int partitions(KafkaQueueSpec spec) {
    if (spec.partitions() > 0) {
      return spec.partitions();
    }
    int share = spec.share() == null ? settings.share() : spec.share();
    return share > 0 ? 1 : settings.partitions();
  }

  /** The time of arrival, by the clock of the cluster: the time of sending is anybody's. */
  private Map<String, String> configuration(KafkaQueueSpec spec) {
    Map<String, String> configuration = new HashMap<>();
    configuration.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    configuration.put(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(settings.maxMessageBytes()));
    configuration.putAll(spec.configuration());
    return configuration;
  }

  private CompletionStage<Topic> ensure(String name, @Nullable Shape shape) {
    if (!TopicNames.isLegal(name)) {
      return CompletableFuture.failedFuture(new TransportException(TopicNames.rule(name), null));
    }
    return find(name)
        .thenCompose(
            topic -> {
              if (topic.isPresent()) {
                return CompletableFuture.completedFuture(topic.get());
              }
              if (shape == null) {
                return CompletableFuture.failedFuture(
                    new TransportException(
                        "the topic \""
                            + name
                            + "\" does not exist on Kafka, and is not to be created"
                            + " (kafka.create, or create of its own options)",
                        null));
              }
              return create(name, shape);
            })
        .exceptionallyCompose(error -> CompletableFuture.failedFuture(wrap(name, error)));
  }

  private static TransportException wrap(String name, Throwable error) {
    Throwable cause = KafkaErrors.unwrap(error);
    return cause instanceof TransportException told
        ? told
        : new TransportException("topic \"" + name + "\": " + KafkaErrors.describe(cause), cause);
  }

  private CompletionStage<Topic> create(String name, Shape shape) {
    NewTopic topic =
        new NewTopic(
                name,
                Optional.of(shape.partitions()),
                shape.replication() > 0
                    ? Optional.of((short) shape.replication())
                    : Optional.empty())
            .configs(shape.configuration());
    return cluster
        .admin()
        .thenCompose(admin -> admin.createTopics(List.of(topic)).all().toCompletionStage())
        .exceptionallyCompose(
            error ->
                KafkaErrors.unwrap(error) instanceof TopicExistsException
                    ? CompletableFuture.completedFuture(null) // somebody was quicker
                    : CompletableFuture.failedFuture(error))
        .thenCompose(done -> visible(name));
  }

  /**
   * Completes with the topic once the leader of each partition serves it, which is a moment after
   * the cluster knows it. Earlier, an idempotent producer with several requests under way could see
   * the first refused and the second accepted, and then the first for ever out of order.
   */
  CompletionStage<Topic> serving(String name, Topic topic) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int i = 0; i < topic.partitions(); i++) {
      ends.put(new TopicPartition(name, i), OffsetSpec.latest());
    }
    return cluster
        .admin()
        .thenCompose(admin -> admin.listOffsets(ends).all().toCompletionStage())
        .thenApply(offsets -> topic);
  }

  private CompletionStage<Topic> visible(String name) {
    CompletableFuture<Topic> visible = new CompletableFuture<>();
    awaitVisible(name, scheduler.nanoTime() + VISIBLE_LIMIT.toNanos(), visible);
    return visible.thenCompose(topic -> serving(name, topic));
  }

  /** A new topic is known to the controller first and to the brokers a moment later. */
  private void awaitVisible(String name, long until, CompletableFuture<Topic> visible) {
    find(name)
        .whenComplete(
            (topic, error) -> {
              if (error != null) {
                visible.completeExceptionally(error);
              } else if (topic.isPresent()) {
                visible.complete(topic.get());
              } else if (scheduler.nanoTime() - until > 0) {
                visible.completeExceptionally(
                    new UnknownTopicOrPartitionException("created, and not there yet"));
              } else {
                scheduler.schedule(LOOK_AGAIN, () -> awaitVisible(name, until, visible));
              }
            });
  }
}
