package dev.parley.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.pubsub.RedisPubSubListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a cluster: each one is opened with the topology of that moment, and one that finds
 * a server gone is lost as a whole. Redirections of commands are followed by Lettuce.
 */
final class ClusterLinks implements Links {

  private final RedisClusterClient client;
  private final ClientThreads threads;

  ClusterLinks(List<RedisURI> uris, ClientThreads threads, Duration connectTimeout) {
    this.threads = threads;
    this.client = RedisClusterClient.create(threads.resources(), uris);
    client.setOptions(
        ClusterClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(
                io.lettuce.core.ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.create())
            .socketOptions(
                SocketOptions.builder().connectTimeout(connectTimeout).keepAlive(true).build())
            .validateClusterNodeMembership(false)
            .build());
  }

  @Override
  public CompletionStage<Link> open(@Nullable String key, Consumer<Link> lost) {
    return client
        .refreshPartitionsAsync()
        .thenCompose(fresh -> client.connectAsync(SingleLinks.CODEC))
        .thenCompose(
            connection -> key == null ? all(connection, lost) : one(connection, key, lost));
  }

  private static CompletionStage<Link> all(
      StatefulRedisClusterConnection<String, byte[]> connection, Consumer<Link> lost) {
    return CompletableFuture.completedStage(
        new ClusterLink(connection, connection.async(), "", lost));
  }

  /** The server that holds the key now; when it moves, the blocking read fails and comes back. */
  private static CompletionStage<Link> one(
      StatefulRedisClusterConnection<String, byte[]> connection, String key, Consumer<Link> lost) {
    RedisClusterNode node = connection.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
    if (node == null) {
      return connection
          .closeAsync()
          .thenCompose(
              closed ->
                  CompletableFuture.failedStage(
                      new IllegalStateException("no server of the cluster holds \"" + key + "\"")));
    }
    return connection
        .getConnectionAsync(node.getNodeId())
        .<Link>thenApply(
            single -> new ClusterLink(connection, single.async(), node.getNodeId(), lost))
        .exceptionallyCompose(
            error ->
                connection
                    .closeAsync()
                    .thenCompose(closed -> CompletableFuture.failedStage(error)));
  }

  @Override
  public CompletionStage<Link> subscribe(
      Subscription subscription,
      RedisPubSubListener<String, byte[]> listener,
      Consumer<Link> lost) {
    return client
        .refreshPartitionsAsync()
        .thenCompose(fresh -> client.connectPubSubAsync(SingleLinks.CODEC))
        .thenCompose(
            connection -> {
              connection.addListener(listener);
              Link link = new SingleLinks.SingleLink(connection, connection.async(), lost);
              CompletionStage<Void> subscribed =
                  subscription.isPattern()
                      ? connection.async().psubscribe(subscription.name())
                      : connection.async().subscribe(subscription.name());
              return subscribed
                  .handle((done, error) -> SingleLinks.closedUnless(error, link))
                  .thenCompose(stage -> stage);
            });
  }

  @Override
  public boolean isCluster() {
    return true;
  }

  @Override
  public void close() {
    client.shutdownAsync(0, 1, TimeUnit.SECONDS).join();
    threads.close();
  }

  /** One connection of Lettuce's to all servers, or to one of them. */
  private static final class ClusterLink implements Link {

    private final StatefulRedisClusterConnection<String, byte[]> connection;
    private final RedisClusterAsyncCommands<String, byte[]> commands;
    private final String server;
    private final AtomicBoolean over = new AtomicBoolean();

    ClusterLink(
        StatefulRedisClusterConnection<String, byte[]> connection,
        RedisClusterAsyncCommands<String, byte[]> commands,
        String server,
        Consumer<Link> lost) {
      this.connection = connection;
      this.commands = commands;
      this.server = server;
      connection.addListener(
          new RedisConnectionStateAdapter() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
              if (over.compareAndSet(false, true)) {
                lost.accept(ClusterLink.this);
              }
            }
          });
    }

    @Override
    public RedisClusterAsyncCommands<String, byte[]> commands() {
      return commands;
    }

    @Override
    public CompletionStage<RedisClusterAsyncCommands<String, byte[]>> at(String other) {
      return connection.getConnectionAsync(other).thenApply(single -> single.async());
    }

    @Override
    public String server() {
      return server;
    }

    @Override
    public CompletionStage<Void> close() {
      over.set(true);
      return connection.closeAsync().handle((done, error) -> null);
    }
  }
}
