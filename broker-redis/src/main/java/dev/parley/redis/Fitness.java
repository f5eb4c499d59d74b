package dev.parley.redis;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Whether the server behind a connection can be worked with: now, and as long as it is open. */
final class Fitness {

  private Fitness() {}

  /** Fails, and closes the connection, when the server still loads its data or is a replica. */
  static CompletionStage<Link> checked(CompletionStage<Link> opening, Links links) {
    return opening.thenCompose(
        link ->
            check(link, links)
                .handle((done, error) -> SingleLinks.closedUnless(error, link))
                .thenCompose(stage -> stage));
  }

  private static CompletionStage<Void> check(Link link, Links links) {
    if (links.isCluster()) {
      return CompletableFuture.completedStage(null); // each node says so itself, command by command
    }
    return link.ping()
        .thenCompose(pong -> link.commands("").role())
        .handle((role, error) -> verdict(role, error))
        .thenCompose(stage -> stage);
  }

  private static CompletionStage<Void> verdict(
      @Nullable List<Object> role, @Nullable Throwable error) {
    if (error != null) {
      return RedisErrors.code(error).equals("NOPERM")
          ? CompletableFuture.completedStage(null) // ROLE is not for this user: assume the best
          : CompletableFuture.failedStage(RedisErrors.unwrap(error));
    }
    if (role != null && !role.isEmpty() && CommandLink.text(role.get(0)).equals("slave")) {
      return CompletableFuture.failedStage(
          new IllegalStateException("the server is a replica, which takes no writes"));
    }
    return CompletableFuture.completedStage(null);
  }

  /** Asks for a sign of life as long as the connection is open, and gives up one that is silent. */
  static void watch(Link link, LinkKeeper keeper, Scheduler scheduler, Duration heartbeat) {
    scheduler.schedule(heartbeat, () -> ask(link, keeper, scheduler, heartbeat));
  }

  private static void ask(Link link, LinkKeeper keeper, Scheduler scheduler, Duration heartbeat) {
    if (keeper.link() != link) {
      return;
    }
    AtomicBoolean answered = new AtomicBoolean();
    var unused =
        link.ping()
            .whenComplete(
                (pong, error) -> {
                  answered.set(true);
                  if (error != null && RedisErrors.isUnfit(error)) {
                    keeper.fail(link, RedisErrors.unwrap(error));
                  }
                });
    scheduler.schedule(
        heartbeat,
        () -> {
          if (answered.get()) {
            ask(link, keeper, scheduler, heartbeat);
          } else {
            keeper.fail(link, new IllegalStateException("no sign of life within " + heartbeat));
          }
        });
  }
}
