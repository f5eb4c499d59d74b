package dev.parley.rabbit;

import java.io.IOException;

/** What is done with a connection that a {@link ConnectionKeeper} keeps. */
interface ConnectionWork {

  /** A connection is open: on the keeper's thread, and may talk to RabbitMQ. */
  void connected(OpenConnection connection) throws IOException;

  /** Does all there is to do now, on the keeper's thread. Called again after each wake. */
  void run(OpenConnection connection) throws IOException;

  /**
   * Does what there is to do if that ends at once, on the thread that has brought it; says whether
   * nothing is left for the keeper's thread.
   */
  default boolean runAtOnce(OpenConnection connection) throws IOException {
    return false;
  }

  /** The connection is lost: on its I/O thread, at once, must not block. */
  void lost();

  /** RabbitMQ takes no messages here for the time being, or does so again: must not block. */
  void blocked(boolean blocked);
}
