package dev.parley.kafka;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.Address;
import dev.parley.spi.Presence;
import dev.parley.spi.TransportException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** Who consumes from a topic now. Any thread asks; answers come on the admin client's thread. */
final class Presences {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Cluster cluster;
  private final Topics topics;

  Presences(Cluster cluster, Topics topics) {
    this.cluster = cluster;
    this.topics = topics;
  }

  /** Fails with {@link TransportException} when the cluster cannot be asked. */
  CompletionStage<Presence> of(Address address) {
    return topics
        .find(address.name())
        .thenCompose(
            topic ->
                topic.isEmpty()
                    ? CompletableFuture.completedFuture(Presence.ABSENT)
                    : isLive(address).thenApply(live -> live ? Presence.LIVE : Presence.DECLARED))
        .exceptionallyCompose(
            error ->
                CompletableFuture.failedFuture(
                    new TransportException(
                        address + " cannot be looked up: " + KafkaErrors.describe(error),
                        KafkaErrors.unwrap(error))));
  }

  private CompletionStage<Boolean> isLive(Address address) {
    return cluster
        .admin()
        .thenCompose(
            admin ->
                switch (address.kind()) {
                  case QUEUE -> hasMembers(admin, address.name());
                  case TOPIC -> hasReaders(admin, address.name());
                  case REPLY -> CompletableFuture.completedFuture(false); // readers have no group
                });
  }

  /** As a group of the usual kind, or as a share group; a group that is neither is not there. */
  private static CompletableFuture<Boolean> hasMembers(Admin admin, String group) {
    CompletableFuture<Boolean> usual =
        stage(
                requireNonNull(
                    admin
                        .describeConsumerGroups(
                            List.of(group),
                            new DescribeConsumerGroupsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .describedGroups()
                        .get(group)))
            .handle((found, error) -> error == null && !found.members().isEmpty());
    return usual.thenCompose(
        live ->
            live
                ? CompletableFuture.completedFuture(true)
                : stage(
                        requireNonNull(
                            admin.describeShareGroups(List.of(group)).describedGroups().get(group)))
                    .handle(Presences::hasMembers));
  }

  private static boolean hasMembers(ShareGroupDescription found, @Nullable Throwable error) {
    return error == null && !found.members().isEmpty(); // older clusters have no such groups
  }

  /** Some group has a member that reads it; those without a group cannot be seen. */
  private static CompletableFuture<Boolean> hasReaders(Admin admin, String topic) {
    return stage(admin.listGroups(ListGroupsOptions.forConsumerGroups()).valid())
        .thenCompose(
            groups ->
                stage(
                    admin
                        .describeConsumerGroups(
                            groups.stream().map(GroupListing::groupId).toList(),
                            new DescribeConsumerGroupsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .all()))
        .thenApply(groups -> anyReads(groups, topic));
  }

  private static boolean anyReads(Map<String, ConsumerGroupDescription> groups, String topic) {
    return groups.values().stream()
        .map(ConsumerGroupDescription::members)
        .flatMap(Collection::stream)
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .anyMatch(partition -> partition.topic().equals(topic));
  }

  private static <T> CompletableFuture<T> stage(KafkaFuture<T> future) {
    return future.toCompletionStage().toCompletableFuture();
  }
}
