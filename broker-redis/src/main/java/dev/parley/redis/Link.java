package dev.parley.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/** One open connection. Any thread may call it; nothing blocks. */
interface Link {

  /**
   * Writes commands about a key, to the server that holds it; they fail once the connection is
   * lost, and are never written again.
   *
   * @throws UnreachableException if that server cannot be reached
   */
  RedisClusterAsyncCommands<String, byte[]> commands(String key);

  /**
   * Writes commands to the server that another link is connected to.
   *
   * @throws UnreachableException if that server cannot be reached
   */
  RedisClusterAsyncCommands<String, byte[]> at(String server);

  /** Asks all servers for a sign of life. */
  CompletionStage<Void> ping();

  /** Which server it is connected to, for {@link #at}; empty where there is only one. */
  String server();

  /** Closes it. Idempotent; the stage never fails. */
  CompletionStage<Void> close();
}
