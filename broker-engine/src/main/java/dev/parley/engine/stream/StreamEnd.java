package dev.parley.engine.stream;

/** How a stream ended at its server. */
public enum StreamEnd {
  /** All items were sent. */
  PRODUCED,
  /** The producer failed, or an item could not be written. */
  FAILED,
  /** Nobody takes the items any more, or they cannot be sent. */
  CANCELLED
}
