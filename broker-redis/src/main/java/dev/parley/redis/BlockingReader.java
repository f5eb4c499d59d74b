package dev.parley.redis;

import dev.parley.spi.Scheduler;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.UnblockType;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One blocking read at a time, on a connection of its own; no thread waits for it. A read that does
 * not answer in time is a connection that is lost.
 *
 * <p>Any thread may call it; answers come on Lettuce's threads. Its fields are guarded by this
 * object's monitor.
 */
final class BlockingReader {

  private static final Duration UNBLOCK_AGAIN = Duration.ofMillis(50);

  private final LinkKeeper keeper;
  private final String stream;
  private final CommandLink commands;
  private final Scheduler scheduler;
  private final Duration block;
  private long reads;
  private boolean reading;
  private @Nullable Long clientId;

  /** What a read is: for how long it may block, on this connection. */
  interface Read {
    CompletionStage<List<StreamMessage<String, byte[]>>> on(
        RedisClusterAsyncCommands<String, byte[]> commands, XReadArgs blocking);
  }

  BlockingReader(
      Links links,
      String stream,
      CommandLink commands,
      RedisSettings settings,
      Scheduler scheduler,
      LinkKeeper.Work work) {
    this.stream = stream;
    this.commands = commands;
    this.scheduler = scheduler;
    this.block = settings.heartbeat();
    this.keeper =
        new LinkKeeper(
            lost -> Fitness.checked(links.open(stream, lost), links).thenCompose(this::identify),
            scheduler,
            settings,
            work);
  }

  private CompletionStage<Link> identify(Link link) {
    return link.commands(stream)
        .clientId()
        .handle(
            (id, error) -> {
              synchronized (this) {
                clientId = id;
              }
              return SingleLinks.closedUnless(error, link);
            })
        .thenCompose(stage -> stage);
  }

  void start() {
    keeper.start();
  }

  /** Gives the connection up, if it is still this one. */
  void fail(Link link, Throwable why) {
    keeper.fail(link, why);
  }

  /**
   * Reads once. The caller sees to it that no other read is under way; {@code done} is told once:
   * entries, none after some seconds without any, or an error.
   */
  void read(
      Link link,
      int count,
      Read read,
      BiConsumer<List<StreamMessage<String, byte[]>>, @Nullable Throwable> done) {
    long mine;
    synchronized (this) {
      reading = true;
      mine = ++reads;
    }
    Scheduler.Task late =
        scheduler.schedule(
            block.multipliedBy(2),
            () -> keeper.fail(link, new IllegalStateException("no sign of life within " + block)));
    XReadArgs blocking = new XReadArgs().count(count).block(block.toMillis());
    var unused =
        read.on(link.commands(stream), blocking)
            .whenComplete(
                (entries, error) -> {
                  late.cancel();
                  synchronized (this) {
                    if (mine == reads) {
                      reading = false;
                    }
                  }
                  done.accept(entries == null ? List.of() : entries, error);
                });
  }

  /** Ends the read that is under way, if any: it answers soon, without entries. */
  void unblock() {
    Link link = keeper.link();
    Long id;
    long mine;
    synchronized (this) {
      id = clientId;
      mine = reads;
      if (!reading || link == null || id == null) {
        return;
      }
    }
    commands
        .run(any -> any.at(link.server()).clientUnblock(id, UnblockType.TIMEOUT))
        .whenComplete((unblocked, error) -> scheduler.schedule(UNBLOCK_AGAIN, () -> again(mine)));
  }

  /** The server may have heard of the unblocking before the read. */
  private void again(long mine) {
    boolean still;
    synchronized (this) {
      still = reading && mine == reads;
    }
    if (still && !keeper.isClosed()) {
      unblock();
    }
  }

  /** Closes the connection for good. Idempotent; the stage never fails. */
  CompletionStage<Void> close() {
    return keeper.close();
  }
}
