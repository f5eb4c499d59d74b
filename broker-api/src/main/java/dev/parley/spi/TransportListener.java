package dev.parley.spi;

import org.jspecify.annotations.Nullable;

/**
 * Told when the state of a transport's connection changes; called from the transport's threads,
 * must not block or throw.
 */
@FunctionalInterface
public interface TransportListener {

  /**
   * The name of a connection that only sends. One named {@value #CONSUME} only receives; one of any
   * other name does both.
   */
  String PUBLISH = "publish";

  /** The name of a connection that only receives. */
  String CONSUME = "consume";

  /**
   * The connection of that name ({@link #PUBLISH}, {@link #CONSUME}) has changed its state; {@code
   * error} is why, null when all is well.
   */
  void changed(String connection, ConnectionState state, @Nullable Throwable error);
}
