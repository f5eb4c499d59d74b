package dev.parley;

/** What a {@link Broker} counts, from its creation on. */
public enum Counter {
  /** Messages the broker has confirmed: publishes and requests, not replies. */
  PUBLISHED,
  /** Publishes and requests that were not confirmed. */
  PUBLISH_FAILURES,
  /** Calls begun. */
  CALLS,
  /** Calls that ended with a reply, an error reply included. */
  CALLS_REPLIED,
  /** Calls that ended at their deadline. */
  CALLS_TIMED_OUT,
  /** Calls that ended in any other way: connection lost, cancelled, closed, not published. */
  CALLS_FAILED,
  /** Replies discarded because no call waits for them: unknown, duplicate or late. */
  REPLIES_DISCARDED,
  /** Messages received by handlers' subscriptions, each attempt counted. */
  RECEIVED,
  /** Attempts that succeeded. */
  HANDLED,
  /** Attempts that failed. */
  FAILED,
  /** Attempts after which another one was ordered. */
  RETRIED,
  /** Messages that could not be decoded or failed validation. */
  INVALID,
  /** Requests received after their deadline and not executed. */
  EXPIRED,
  /** Messages that went to dead letters. */
  DEAD_LETTERED,
  /** Messages handed back without an attempt, at close or because settling failed. */
  RELEASED,
  /** Replies sent by handlers and confirmed, error replies included. */
  REPLIES_SENT,
  /**
   * Replies that could not be sent because their address does not exist, is not allowed, or the
   * broker refused.
   */
  REPLIES_UNDELIVERABLE,
  /** Requests refused because a limit was reached. */
  OVERLOADED,
  /** Handlers interrupted at their limit. */
  LIMIT_EXCEEDED,
  /**
   * Requests dropped, and handlers interrupted, because their caller cancelled, was gone, or no
   * longer waited.
   */
  CANCELLED,
  /** Calls of this broker whose server was told that nobody waits any more. */
  CANCELS_SENT,
  /** Items of streams sent and confirmed. */
  ITEMS_SENT,
  /** Items of streams received. */
  ITEMS_RECEIVED
}
