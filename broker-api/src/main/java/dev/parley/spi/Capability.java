package dev.parley.spi;

/**
 * What not every broker can do. Declared by the transport and proven by the conformance suite,
 * never assumed.
 */
public enum Capability {
  /** Queues and persistent messages survive a restart of the broker. */
  SURVIVES_RESTART,
  /** A reply sent while the client's connection is cut is received after it is back. */
  REPLY_SURVIVES_RECONNECT,
  /**
   * A delivery stays with its consumer while the connection is cut, and can be settled after it is
   * back; where this is missing it is delivered again.
   */
  DELIVERY_SURVIVES_RECONNECT,
  /** Delays are kept to the millisecond, not rounded to buckets. */
  EXACT_DELAY,
  /** Messages of one key are handled in order over all instances. */
  KEY_ORDER_OVER_INSTANCES,
  /**
   * Messages without a key are handled in the order they were sent, by one instance at concurrency
   * 1. Where a queue is divided into partitions, it holds for each of them only.
   */
  ORDER_WITHOUT_KEY,
  /** What one consumer has no room for goes to any other, at once. */
  REST_GOES_TO_OTHERS,
  /** A message in retry does not let later messages of its key pass. */
  KEY_ORDER_THROUGH_RETRY,
  /** {@link Delivery#age()} is known. */
  AGE_KNOWN,
  /** A group that is new receives what was sent to its topic before the group existed. */
  GROUP_STARTS_AT_EARLIEST
}
