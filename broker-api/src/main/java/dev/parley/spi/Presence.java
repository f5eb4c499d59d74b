package dev.parley.spi;

/** What is known of a queue or topic. */
public enum Presence {
  /** Nobody has ever declared it. */
  ABSENT,
  /** It exists, and nobody is known to consume from it now. */
  DECLARED,
  /** It exists, and at least one consumer is there now. */
  LIVE
}
