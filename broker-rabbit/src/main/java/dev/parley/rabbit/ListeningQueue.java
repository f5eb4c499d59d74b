package dev.parley.rabbit;

import dev.parley.spi.ListenRequest;
import dev.parley.spi.Source;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue one listening consumes from: made to exist before, and where it is its own, deleted
 * after. Called by the consume keeper's thread, and waits for RabbitMQ's answers.
 */
final class ListeningQueue {

  private static final Logger log = LoggerFactory.getLogger(ListeningQueue.class);

  private final ListenRequest request;
  private final boolean quorum;

  ListeningQueue(ListenRequest request, boolean quorum) {
    this.request = request;
    this.quorum = quorum;
  }

  private boolean isOwn() {
    return request.source().kind() == Source.Kind.BROADCAST;
  }

  /**
   * Declares it and returns its name.
   *
   * @param last the session before; a broadcast's own queue lives as long as its connection, so a
   *     new session on the same one goes on with it
   */
  String declare(OpenConnection connection, @Nullable ConsumerSession last) throws IOException {
    Topology topology = new Topology(connection.connection(), quorum);
    try {
      boolean lives = isOwn() && last != null && last.isOn(connection);
      if (last != null && lives && topology.queueExists(last.queue())) {
        return last.queue();
      }
      return topology.declare(request.source(), RabbitQueueSpec.of(request.options()));
    } finally {
      topology.release();
    }
  }

  /** Deletes it where nobody else can need it. */
  void delete(OpenConnection connection, ConsumerSession last) {
    if (!isOwn() || !last.isOn(connection)) {
      return;
    }
    Topology topology = new Topology(connection.connection(), quorum);
    try {
      topology.deleteQueue(last.queue());
    } catch (IOException e) {
      log.debug("deleting the queue of {} failed", request.source(), e); // it ends with us
    } finally {
      topology.release();
    }
  }
}
