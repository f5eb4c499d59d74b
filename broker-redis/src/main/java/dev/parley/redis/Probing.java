package dev.parley.redis;

import dev.parley.spi.Presence;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether streams and channels exist and who consumes from them. Any thread; stateless. */
final class Probing {

  private final Parts parts;

  Probing(Parts parts) {
    this.parts = parts;
  }

  CompletionStage<Presence> presence(String name) {
    return Keys.isChannel(name) ? channel(Keys.channel(name)) : stream(name);
  }

  private CompletionStage<Presence> channel(String channel) {
    return parts
        .commands()
        .command(channel, redis -> redis.pubsubNumsub(channel))
        .thenApply(
            counts ->
                counts.getOrDefault(channel, 0L) > 0
                    ? Presence.LIVE
                    : Presence.ABSENT); // nobody declares a channel
  }

  private CompletionStage<Presence> stream(String stream) {
    return parts
        .commands()
        .command(stream, redis -> redis.type(stream))
        .thenCompose(
            type ->
                type.equals("stream")
                    ? live(stream)
                    : CompletableFuture.completedStage(Presence.ABSENT));
  }

  /** One of ours says that it is there; one of another make has asked for entries lately. */
  private CompletionStage<Presence> live(String stream) {
    long ignored = 1; // nobody is added, so there is no time for anybody
    return parts
        .commands()
        .script(Script.HERE, Keys.live(stream), ignored)
        .thenCompose(
            here ->
                here.isEmpty()
                    ? parts.commands().run(link -> foreign(link.commands(stream), stream))
                    : CompletableFuture.completedStage(true))
        .thenApply(live -> live ? Presence.LIVE : Presence.DECLARED);
  }

  private CompletionStage<Boolean> foreign(
      RedisClusterAsyncCommands<String, byte[]> redis, String stream) {
    return redis
        .xinfoGroups(stream)
        .thenCompose(
            groups -> {
              CompletionStage<Boolean> any = CompletableFuture.completedStage(false);
              for (Object group : groups) {
                String name = CommandLink.text(((List<?>) group).get(1));
                any =
                    any.thenCombine(
                        redis.xinfoConsumers(stream, name).thenApply(this::isActive),
                        Boolean::logicalOr);
              }
              return any;
            });
  }

  private boolean isActive(List<Object> consumers) {
    long limit = parts.settings().claimAfter().toMillis();
    for (Object each : consumers) {
      List<?> facts = (List<?>) each;
      String name = CommandLink.text(facts.get(1));
      if (!name.startsWith(GroupListening.CONSUMER) && idle(facts) < limit) {
        return true;
      }
    }
    return false;
  }

  private static long idle(List<?> facts) {
    for (int i = 0; i + 1 < facts.size(); i += 2) {
      if (CommandLink.text(facts.get(i)).equals("idle")) {
        return CommandLink.number(facts.get(i + 1));
      }
    }
    return Long.MAX_VALUE;
  }
}
