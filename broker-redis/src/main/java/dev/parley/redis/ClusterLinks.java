package dev.parley.redis;

import dev.parley.spi.Scheduler;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.pubsub.RedisPubSubListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a cluster. Each link is opened with the topology of that moment, to every server
 * that holds keys, and is lost as a whole when one of them is: the next one has the topology of its
 * moment. Lettuce reconnects and redirects nothing by itself, because it would write again what may
 * have been executed.
 */
final class ClusterLinks implements Links {

  /** How soon a link that lacks a server is opened again. */
  private static final Duration INCOMPLETE = Duration.ofSeconds(1);

  private final RedisClusterClient client;
  private final ClientThreads threads;
  private final Scheduler scheduler;

  ClusterLinks(
      List<RedisURI> uris, ClientThreads threads, Duration connectTimeout, Scheduler scheduler) {
    this.threads = threads;
    this.scheduler = scheduler;
    this.client = RedisClusterClient.create(threads.resources(), uris);
    client.setOptions(
        ClusterClientOptions.builder()
            .autoReconnect(false)
            .maxRedirects(0)
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
        .thenCompose(fresh -> client.connectAsync(FieldCodec.INSTANCE))
        .thenCompose(connection -> nodes(new ClusterLink(connection, key, lost), key));
  }

  private CompletionStage<Link> nodes(ClusterLink link, @Nullable String key) {
    List<CompletionStage<Boolean>> opening = new ArrayList<>();
    for (RedisClusterNode node : link.wanted(key)) {
      opening.add(link.open(node));
    }
    CompletionStage<Boolean> all = CompletableFuture.completedStage(!opening.isEmpty());
    for (CompletionStage<Boolean> one : opening) {
      all = all.thenCombine(one, Boolean::logicalAnd);
    }
    return all.thenCompose(
        complete -> {
          if (link.isEmpty()) {
            return SingleLinks.closedUnless(
                new IllegalStateException("no server of the cluster that is needed answers"), link);
          }
          if (!complete) {
            scheduler.schedule(INCOMPLETE, link::lost);
          }
          return CompletableFuture.completedStage((Link) link);
        });
  }

  @Override
  public CompletionStage<Link> subscribe(
      Subscription subscription,
      RedisPubSubListener<String, byte[]> listener,
      Consumer<Link> lost) {
    return client
        .refreshPartitionsAsync()
        .thenCompose(fresh -> client.connectPubSubAsync(FieldCodec.INSTANCE))
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

  /** Connections to all servers that hold keys, or to the one that holds a key. Any thread. */
  private static final class ClusterLink implements Link {

    private final StatefulRedisClusterConnection<String, byte[]> connection;
    private final String server;
    private final Consumer<Link> lost;
    private final Map<String, RedisClusterAsyncCommands<String, byte[]>> nodes =
        new ConcurrentHashMap<>();
    private final AtomicBoolean over = new AtomicBoolean();

    ClusterLink(
        StatefulRedisClusterConnection<String, byte[]> connection,
        @Nullable String key,
        Consumer<Link> lost) {
      this.connection = connection;
      this.lost = lost;
      RedisClusterNode node = key == null ? null : holder(key);
      this.server = node == null ? "" : node.getNodeId();
    }

    private @Nullable RedisClusterNode holder(String key) {
      return connection.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
    }

    List<RedisClusterNode> wanted(@Nullable String key) {
      return connection.getPartitions().stream()
          .filter(node -> key == null ? hasSlots(node) : node.getNodeId().equals(server))
          .toList();
    }

    private static boolean hasSlots(RedisClusterNode node) {
      return !node.getSlots().isEmpty();
    }

    /** Opens one connection; false when that server does not answer. */
    CompletionStage<Boolean> open(RedisClusterNode node) {
      return connection
          .getConnectionAsync(node.getNodeId())
          .handle(
              (single, error) -> {
                if (error == null) {
                  watch(single);
                  nodes.put(node.getNodeId(), single.async());
                }
                return error == null;
              });
    }

    private void watch(StatefulRedisConnection<String, byte[]> single) {
      single.addListener(
          new RedisConnectionStateAdapter() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
              lost();
            }
          });
    }

    void lost() {
      if (over.compareAndSet(false, true)) {
        lost.accept(this);
      }
    }

    boolean isEmpty() {
      return nodes.isEmpty();
    }

    @Override
    public RedisClusterAsyncCommands<String, byte[]> commands(String key) {
      if (!server.isEmpty()) {
        return at(server);
      }
      RedisClusterNode node = holder(key);
      if (node == null) {
        throw new UnreachableException("no server of the cluster holds \"" + key + "\" now");
      }
      return at(node.getNodeId());
    }

    @Override
    public RedisClusterAsyncCommands<String, byte[]> at(String other) {
      RedisClusterAsyncCommands<String, byte[]> commands = nodes.get(other);
      if (commands == null) {
        throw new UnreachableException(
            "the server " + other + " of the cluster does not answer now");
      }
      return commands;
    }

    @Override
    public CompletionStage<Void> ping() {
      CompletionStage<Void> all = CompletableFuture.completedStage(null);
      for (RedisClusterAsyncCommands<String, byte[]> each : nodes.values()) {
        all = all.thenCombine(each.ping(), (done, pong) -> null);
      }
      return all;
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
