package dev.parley.spi;

import org.jspecify.annotations.Nullable;

/**
 * Told when the state of a transport's connection changes; called from the transport's threads,
 * must not block or throw.
 */
@FunctionalInterface
public interface TransportListener {

  /**
   * The connection of that name ("publish", "consume") has changed its state; {@code error} is why,
   * null when all is well.
   */
  void changed(String connection, ConnectionState state, @Nullable Throwable error);
}
