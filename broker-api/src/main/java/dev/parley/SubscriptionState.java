package dev.parley;

/** The states of a subscription. */
public enum SubscriptionState {
  /** Registered; the broker object was not started yet. */
  REGISTERED,
  /** Not consuming yet. */
  STARTING,
  /** Consuming: the broker has confirmed it. */
  RUNNING,
  /** Paused on request. */
  PAUSED,
  /** Not consuming, and trying again with back-off. */
  RECOVERING,
  /** Stopped for good. */
  STOPPED
}
