package dev.parley.engine.runtime;

import dev.parley.Counter;
import dev.parley.Counters;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What one broker counts. Any thread counts; adders keep them from contending. */
public final class CounterBoard {

  private final EnumMap<Counter, LongAdder> adders =
      new EnumMap<>(Counter.class); // filled once, then only read

  /** All at zero. */
  public CounterBoard() {
    for (Counter counter : Counter.values()) {
      adders.put(counter, new LongAdder());
    }
  }

  /** Counts one. */
  public void add(Counter counter) {
    LongAdder adder = adders.get(counter);
    if (adder != null) { // every counter has one
      adder.increment();
    }
  }

  /** The values at this moment. */
  public Counters snapshot(int callsInFlight) {
    Map<Counter, Long> values = new EnumMap<>(Counter.class);
    adders.forEach((counter, adder) -> values.put(counter, adder.sum()));
    return new Counters(values, callsInFlight);
  }
}
