package dev.parley.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one server, or to the master that sentinels name: asked anew for each connection,
 * so a failover needs nothing but a new one. Lettuce reconnects nothing by itself, because it would
 * write again what may have been executed.
 */
final class SingleLinks implements Links {

  private final RedisClient client;
  private final RedisURI uri;
  private final ClientThreads threads;

  SingleLinks(RedisURI uri, ClientThreads threads, Duration connectTimeout) {
    this.uri = uri;
    this.threads = threads;
    this.client = RedisClient.create(threads.resources());
    client.setOptions(options(ClientOptions.builder(), connectTimeout).build());
  }

  static ClientOptions.Builder options(ClientOptions.Builder builder, Duration connectTimeout) {
    return builder
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .timeoutOptions(TimeoutOptions.create()) // a blocking read may take as long as it asks for
        .socketOptions(
            SocketOptions.builder().connectTimeout(connectTimeout).keepAlive(true).build());
  }

  @Override
  public CompletionStage<Link> open(@Nullable String key, Consumer<Link> lost) {
    return client
        .connectAsync(FieldCodec.INSTANCE, uri)
        .toCompletableFuture()
        .thenApply(connection -> new SingleLink(connection, connection.async(), lost));
  }

  @Override
  public CompletionStage<Link> subscribe(
      Subscription subscription,
      RedisPubSubListener<String, byte[]> listener,
      Consumer<Link> lost) {
    return client
        .connectPubSubAsync(FieldCodec.INSTANCE, uri)
        .toCompletableFuture()
        .thenCompose(
            connection -> {
              connection.addListener(listener);
              Link link = new SingleLink(connection, connection.async(), lost);
              CompletionStage<Void> subscribed =
                  subscription.isPattern()
                      ? connection.async().psubscribe(subscription.name())
                      : connection.async().subscribe(subscription.name());
              return subscribed
                  .toCompletableFuture()
                  .handle((done, error) -> closedUnless(error, link))
                  .thenCompose(stage -> stage);
            });
  }

  /** The link, or the failure after it is closed. */
  static CompletionStage<Link> closedUnless(@Nullable Throwable error, Link link) {
    if (error == null) {
      return CompletableFuture.completedStage(link);
    }
    return link.close().thenCompose(closed -> CompletableFuture.failedStage(error));
  }

  @Override
  public boolean isCluster() {
    return false;
  }

  @Override
  public void close() {
    client.shutdownAsync(0, 1, TimeUnit.SECONDS).join();
    threads.close();
  }

  /** One connection of Lettuce's, told of once when it is lost. */
  static final class SingleLink implements Link {

    private final StatefulConnection<String, byte[]> connection;
    private final RedisClusterAsyncCommands<String, byte[]> commands;
    private final AtomicBoolean over = new AtomicBoolean();

    SingleLink(
        StatefulRedisConnection<String, byte[]> connection,
        RedisClusterAsyncCommands<String, byte[]> commands,
        Consumer<Link> lost) {
      this.connection = connection;
      this.commands = commands;
      connection.addListener(
          new RedisConnectionStateAdapter() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
              tell(lost);
            }
          });
      if (!connection.isOpen()) {
        tell(lost); // before the listener was there
      }
    }

    private void tell(Consumer<Link> lost) {
      if (over.compareAndSet(false, true)) {
        lost.accept(this);
      }
    }

    @Override
    public RedisClusterAsyncCommands<String, byte[]> commands(String key) {
      return commands;
    }

    @Override
    public RedisClusterAsyncCommands<String, byte[]> at(String server) {
      return commands;
    }

    @Override
    public CompletionStage<Void> ping() {
      return commands.ping().thenAccept(pong -> {});
    }

    @Override
    public String server() {
      return "";
    }

    @Override
    public CompletionStage<Void> close() {
      over.set(true);
      return connection.closeAsync().handle((done, error) -> null);
    }
  }
}
