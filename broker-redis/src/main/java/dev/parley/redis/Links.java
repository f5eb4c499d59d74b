package dev.parley.redis;

import io.lettuce.core.pubsub.RedisPubSubListener;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens connections to one Redis, or one cluster. Any thread may call it; nothing blocks. */
interface Links {

  /**
   * Opens a connection.
   *
   * @param key what a blocking read on it will read, so that it goes to the right server of a
   *     cluster; null for a connection that serves all keys
   * @param lost told once when the connection is lost, unless it was closed
   */
  CompletionStage<Link> open(@Nullable String key, Consumer<Link> lost);

  /** Opens a connection that is subscribed to a channel, or to a pattern of channels. */
  CompletionStage<Link> subscribe(
      Subscription subscription, RedisPubSubListener<String, byte[]> listener, Consumer<Link> lost);

  /** Whether the servers are a cluster. */
  boolean isCluster();

  /** Closes all that is open and ends all threads; waits for some seconds. */
  void close();

  /** What to subscribe to. */
  record Subscription(String name, boolean isPattern) {}
}
