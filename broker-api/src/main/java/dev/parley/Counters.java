package dev.parley;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** A snapshot of what a {@link Broker} has counted. Immutable. */
public final class Counters {

  private final Map<Counter, Long> values;
  private final int callsInFlight;

  /** A snapshot of these values; made by the engine. */
  public Counters(Map<Counter, Long> values, int callsInFlight) {
    this.values = Collections.unmodifiableMap(new EnumMap<>(values));
    this.callsInFlight = callsInFlight;
  }

  /** The value of one counter. */
  public long get(Counter counter) {
    return values.getOrDefault(counter, 0L);
  }

  /** All values; unmodifiable. */
  public Map<Counter, Long> all() {
    return values;
  }

  /** How many calls wait for their reply at this moment. */
  public int callsInFlight() {
    return callsInFlight;
  }

  @Override
  public String toString() {
    return values + ", calls in flight=" + callsInFlight;
  }
}
