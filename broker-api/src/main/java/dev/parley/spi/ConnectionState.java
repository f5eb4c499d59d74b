package dev.parley.spi;

/** The states of a connection to a broker. */
public enum ConnectionState {
  /** Not asked for yet. */
  IDLE,
  /** Being opened, for the first time or again. */
  CONNECTING,
  /** Open. */
  UP,
  /** Open, but the broker accepts no messages for the time being (a memory or disk alarm). */
  BLOCKED,
  /** Lost; being opened again with back-off. */
  DOWN,
  /** Closed for good. */
  CLOSED
}
