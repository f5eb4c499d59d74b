package dev.parley.redis;

import dev.parley.spi.Inbox;
import dev.parley.spi.Listening;
import dev.parley.spi.Scheduler;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What all listenings and inboxes of one transport share.
 *
 * @param listenings those that are not closed
 * @param inboxes those that are not closed
 * @param leaving what must be done before connections close
 */
record Parts(
    String clientName,
    Links links,
    RedisSettings settings,
    Scheduler scheduler,
    CommandLink commands,
    Sender sender,
    Set<Listening> listenings,
    Set<Inbox> inboxes,
    Set<CompletionStage<?>> leaving) {

  /** Something to wait for before connections close; failures are its own affair. */
  void leaves(CompletionStage<?> stage) {
    leaving.add(stage);
    var unused = stage.whenComplete((done, error) -> leaving.remove(stage));
  }
}
