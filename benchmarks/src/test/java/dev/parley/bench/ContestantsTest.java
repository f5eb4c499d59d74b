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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every contestant does what it is there for, on the real broker; how fast is not asked. */
@Timeout(120)
class ContestantsTest {
  private static final Times SHORT = new Times(Duration.ofMillis(50), Duration.ofMillis(100));

  static Stream<Arguments> everyContestantAndKindOfWork() {
    return Entrant.ALL.stream()
        .flatMap(
            entrant ->
                entrant.kinds().stream()
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
      assertThat(measured.perSecond()).isPositive();
      assertThat(measured.cpuMicros()).isPositive();
      assertThat(measured.bytes()).isPositive();
    }
  }
}
