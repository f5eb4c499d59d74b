package dev.parley.spi;

/**
 * A private address of this instance, with one consumer for it, which recovers by itself until it
 * is closed.
 */
public interface Inbox extends AutoCloseable {

  /** Stops receiving and frees the address. Idempotent, does not block. */
  @Override
  void close();
}
