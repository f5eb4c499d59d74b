package dev.parley.redis;

import dev.parley.spi.Address;
import dev.parley.spi.SendResult;
import io.lettuce.core.XAddArgs;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An entry for a stream.
 *
 * @param created how a stream that does not exist is treated
 */
record StreamPublication(Address to, Map<String, byte[]> fields, int size, Creation created)
    implements Publication {

  private static final long MAX_REPLIES = 1000;
  private static final Duration REPLIES_KEPT = Duration.ofHours(1);

  /** What becomes of a message to a stream that does not exist. */
  enum Creation {
    /** Nothing: nobody has ever declared it. */
    NEVER,
    /** The stream is made, as for dead letters. */
    FOR_EVER,
    /** The stream is made for replies: bounded, and expiring. */
    FOR_A_WHILE
  }

  @Override
  public CompletionStage<SendResult> write(Link link) {
    XAddArgs arguments = new XAddArgs();
    if (created == Creation.NEVER) {
      arguments.nomkstream();
    }
    CompletableFuture<SendResult> added =
        link.commands()
            .xadd(to.name(), arguments, fields)
            .toCompletableFuture()
            .thenApply(this::result);
    return created == Creation.FOR_A_WHILE ? added.thenCompose(r -> bound(link, r)) : added;
  }

  private SendResult result(@Nullable String id) {
    return id == null
        ? SendResult.unroutable(to + " does not exist on Redis: nobody has ever declared it")
        : SendResult.CONFIRMED;
  }

  /** Only what expires already or holds nothing else: a queue of that name stays as it is. */
  private CompletionStage<SendResult> bound(Link link, SendResult added) {
    var commands = link.commands();
    return commands
        .xlen(to.name())
        .thenCombine(commands.pttl(to.name()), (length, left) -> length == 1 || left >= 0)
        .thenCompose(
            ours ->
                ours
                    ? commands
                        .xtrim(to.name(), true, MAX_REPLIES)
                        .thenCompose(n -> commands.pexpire(to.name(), REPLIES_KEPT.toMillis()))
                    : CompletableFuture.completedStage(false))
        .thenApply(kept -> added);
  }
}
