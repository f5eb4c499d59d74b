package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.bench.contestant.Contestant;
import dev.parley.bench.load.Load;
import dev.parley.bench.load.Measured;
import dev.parley.bench.load.Scenario;
import dev.parley.bench.load.Times;
import dev.parley.conformance.brokers.RealBroker;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every contestant does what it is there for, on the real broker; how fast is not asked. {@link
 * Load} checks the replies, and that all that was begun has ended well.
 */
@Timeout(120)
class ContestantsTest {
  private static final Times SHORT =
      new Times(Duration.ZERO, Duration.ofMillis(50), Duration.ofMillis(100));

  static Stream<Arguments> everyContestantAndKindOfWork() {
    return Entrant.ALL.stream()
        .flatMap(
            entrant ->
                entrant.kinds().stream()
                    .filter(kind -> kind != Scenario.Kind.RATE) // the calls are those of ASYNC
                    .map(
                        kind ->
                            Arguments.of(entrant.broker(), entrant.name(), firstOf(kind).name())));
  }

  private static Scenario firstOf(Scenario.Kind kind) {
    return Scenario.ALL.stream()
        .filter(scenario -> scenario.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @MethodSource("everyContestantAndKindOfWork")
  void theContestantWorks(Entrant.Kind kind, String name, String scenario) throws Exception {
    RealBroker broker = kind.start();
    try (Contestant contestant = Entrant.named(kind, name).opening().open(broker.url())) {
      Measured measured = Load.run(contestant, Scenario.named(scenario), SHORT);
      // On a busy machine so short a time may have been too short for anything to end in it.
      assertThat(measured.perSecond()).isFinite().isNotNegative();
      assertThat(measured.cpuMicros()).isFinite().isNotNegative();
      assertThat(measured.bytes()).isFinite().isNotNegative();
    }
  }

  @Test
  void callsAtAFixedRateAllEnd() throws Exception {
    RealBroker broker = Entrant.Kind.RABBIT.start();
    Entrant byHand = Entrant.named(Entrant.Kind.RABBIT, Entrant.BY_HAND);
    try (Contestant contestant = byHand.opening().open(broker.url())) {
      Measured measured = Load.run(contestant, Scenario.named("rate-1000"), SHORT);
      assertThat(measured.p50()).isFinite().isPositive();
    }
  }
}
