package dev.parley.memory;

/** What keeps messages, within a bound: a queue, all groups of a topic, an inbox. */
interface Destination {

  /** Takes one place for a message that is to come; false when it is full. */
  boolean reserve(long now);

  /** Puts a message into a place that was reserved; nothing happens when it was closed since. */
  void add(Stored stored);

  /** Reserves and adds; false when it is full. */
  default boolean offer(Stored stored, long now) {
    if (!reserve(now)) {
      return false;
    }
    add(stored);
    return true;
  }

  /** Hands over what can be handed over; calls listeners, so no lock may be held. */
  void drain();
}
