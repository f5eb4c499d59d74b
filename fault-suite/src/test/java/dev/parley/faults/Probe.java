package dev.parley.faults;

import static dev.parley.PublishOptions.to;

import dev.parley.Broker;
import dev.parley.BrokerException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Calls once more and again, to see whether calls are answered. Used by one thread. */
final class Probe {

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Broker caller;
  private final Names names;
  private final int number;
  private @Nullable BrokerException last;

  Probe(Broker caller, Names names, Chance chance) {
    this.caller = caller;
    this.names = names;
    int candidate = 0;
    while (chance.refuses(candidate) || chance.oversleeps(candidate)) {
      candidate++;
    }
    this.number = candidate;
  }

  boolean answers() {
    try {
      Integer reply =
          caller.publish(number, to(names.echo()).callback(Integer.class).timeout(LIMIT));
      return reply != null && reply == number;
    } catch (BrokerException e) {
      last = e;
      return false;
    }
  }

  /** The last failure; null when none was. */
  @Nullable BrokerException last() {
    return last;
  }
}
