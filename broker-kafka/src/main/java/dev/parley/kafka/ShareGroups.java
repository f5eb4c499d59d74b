package dev.parley.kafka;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How share groups are configured: their configuration is the cluster's, not the client's. */
final class ShareGroups {

  private static final Logger log = LoggerFactory.getLogger(ShareGroups.class);

  private ShareGroups() {}

  /**
   * A group begins at the earliest message and reads what is committed only; else what was sent
   * before its first consumer would be missed. Completes always: without the permission it is as
   * the cluster's administrator wants it.
   */
  static CompletionStage<Void> configure(Admin admin, String group) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    return admin
        .incrementalAlterConfigs(
            Map.of(
                resource,
                List.of(
                    set("share.auto.offset.reset", "earliest"),
                    set("share.isolation.level", "read_committed"))))
        .all()
        .toCompletionStage()
        .exceptionallyCompose(
            error -> {
              log.warn(
                  "The share group \"{}\" cannot be made to begin at the earliest message"
                      + " (share.auto.offset.reset): {}",
                  group,
                  KafkaErrors.describe(error));
              return CompletableFuture.completedFuture(null);
            });
  }

  /** Whether a member of that client has been given partitions; never fails. */
  static CompletionStage<Boolean> hasPlace(Admin admin, String group, String clientId) {
    return requireNonNull(admin.describeShareGroups(List.of(group)).describedGroups().get(group))
        .toCompletionStage()
        .handle(
            (found, error) ->
                error == null
                    && found.members().stream()
                        .filter(member -> member.clientId().equals(clientId))
                        .anyMatch(member -> !member.assignment().topicPartitions().isEmpty()));
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }
}
