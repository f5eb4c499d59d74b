package dev.parley.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/** One open connection. Any thread may call it; nothing blocks. */
interface Link {

  /** Writes commands; they fail once the connection is lost, and are never written again. */
  RedisClusterAsyncCommands<String, byte[]> commands();

  /** Writes commands to the server that another link is connected to. */
  CompletionStage<RedisClusterAsyncCommands<String, byte[]>> at(String server);

  /** Which server it is connected to, for {@link #at}; empty where there is only one. */
  String server();

  /** Closes it. Idempotent; the stage never fails. */
  CompletionStage<Void> close();
}
