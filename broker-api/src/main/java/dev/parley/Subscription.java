package dev.parley;

/** One handler's subscription. Any thread may call it. */
public interface Subscription {

  /** Its queue, or its topic and group as in {@code prices/billing}. */
  String name();

  /** Its state. */
  SubscriptionState state();

  /**
   * Stops fetching until {@link #resume()}; messages that were fetched are still handled.
   * Idempotent.
   */
  void pause();

  /** Fetches again. Idempotent. */
  void resume();
}
