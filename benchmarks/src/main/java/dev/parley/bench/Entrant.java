package dev.parley.bench;

import dev.parley.bench.contestant.Contestant;
import dev.parley.bench.contestant.KafkaByHand;
import dev.parley.bench.contestant.KafkaSpring;
import dev.parley.bench.contestant.KafkaWeaker;
import dev.parley.bench.contestant.Parley;
import dev.parley.bench.contestant.RabbitByHand;
import dev.parley.bench.contestant.RabbitSpring;
import dev.parley.bench.contestant.RabbitWeaker;
import dev.parley.bench.contestant.RedisByHand;
import dev.parley.bench.contestant.RedisWeaker;
import dev.parley.bench.load.Scenario;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A contestant by name.
 *
 * @param broker on which broker
 * @param name as it is given and printed
 * @param kinds what it can do
 * @param opening connects it
 */
record Entrant(Kind broker, String name, Set<Scenario.Kind> kinds, Opening opening) {
  static final String BY_HAND = "by-hand";
  static final String PARLEY = "parley";
  static final String SPRING = "spring";
  static final String SPRING_DEFAULTS = "spring-defaults";
  static final String WEAKER = "by-hand-weaker";

  private static final int NO_LINGER = 0;
  private static final int KAFKA_LINGER = 5;

  private static final Set<Scenario.Kind> EVERYTHING = EnumSet.allOf(Scenario.Kind.class);
  private static final Set<Scenario.Kind> NO_STREAMS =
      EnumSet.complementOf(EnumSet.of(Scenario.Kind.ITEMS));
  private static final Set<Scenario.Kind> CALLS =
      EnumSet.of(Scenario.Kind.BLOCKING, Scenario.Kind.ASYNC, Scenario.Kind.RATE);

  /** All, in the order in which each round runs them. */
  static final List<Entrant> ALL =
      List.of(
          new Entrant(Kind.RABBIT, BY_HAND, EVERYTHING, RabbitByHand::new),
          new Entrant(Kind.RABBIT, PARLEY, EVERYTHING, url -> new Parley(url, Map.of())),
          new Entrant(Kind.RABBIT, SPRING, NO_STREAMS, RabbitSpring::new),
          new Entrant(Kind.RABBIT, WEAKER, CALLS, RabbitWeaker::new),
          new Entrant(Kind.KAFKA, BY_HAND, EVERYTHING, KafkaByHand::new),
          new Entrant(Kind.KAFKA, PARLEY, EVERYTHING, url -> new Parley(url, Map.of())),
          new Entrant(Kind.KAFKA, SPRING, NO_STREAMS, url -> new KafkaSpring(url, NO_LINGER)),
          new Entrant(
              Kind.KAFKA, SPRING_DEFAULTS, NO_STREAMS, url -> new KafkaSpring(url, KAFKA_LINGER)),
          new Entrant(Kind.KAFKA, WEAKER, CALLS, KafkaWeaker::new),
          new Entrant(Kind.REDIS, BY_HAND, EVERYTHING, RedisByHand::new),
          new Entrant(Kind.REDIS, PARLEY, EVERYTHING, url -> new Parley(url, Map.of())),
          new Entrant(Kind.REDIS, WEAKER, CALLS, RedisWeaker::new));

  /** Connects to the broker of that URL. */
  interface Opening {
    Contestant open(String url) throws Exception;
  }

  /** A broker that is started for the run. */
  enum Kind {
    RABBIT,
    KAFKA,
    REDIS;

    RealBroker start() {
      return switch (this) {
        case RABBIT -> RealBrokers.rabbit();
        case KAFKA -> RealBrokers.kafka();
        case REDIS -> RealBrokers.redis();
      };
    }
  }

  static Entrant named(Kind broker, String name) {
    return ALL.stream()
        .filter(entrant -> entrant.broker == broker && entrant.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("There is no \"%s\" on %s".formatted(name, broker)));
  }
}
