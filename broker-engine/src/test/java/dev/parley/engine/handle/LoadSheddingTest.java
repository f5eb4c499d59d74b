package dev.parley.engine.handle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.engine.handle.OverloadSimulation.Handling;
import dev.parley.engine.handle.OverloadSimulation.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LoadSheddingTest {

  private static final double MILLIS = 1e6;
  private static final int SLOTS = 4;
  private static final double CAPACITY = SLOTS / 0.010; // at ten milliseconds each

  static Stream<Arguments> handlers() {
    Handling always = random -> 10 * MILLIS;
    Handling exponential = random -> -Math.log(1 - random.nextDouble()) * 10 * MILLIS;
    Handling twoKinds = random -> (random.nextInt(10) == 0 ? 55 : 5) * MILLIS;
    return Stream.of(
        Arguments.of("always the same", always),
        Arguments.of("exponential", exponential),
        Arguments.of("two kinds", twoKinds));
  }

  private static Outcome run(double times, Handling handling, int prefetch, boolean shedding) {
    return OverloadSimulation.run(17, times * CAPACITY, handling, SLOTS, prefetch, shedding);
  }

  private static double most(Handling handling, int prefetch) {
    double most = 0;
    for (double times : new double[] {0.5, 0.8, 0.9, 1.0, 1.2, 1.5, 2, 3, 4, 5}) {
      most = Math.max(most, (double) run(times, handling, prefetch, true).good());
    }
    return most;
  }

  @ParameterizedTest
  @MethodSource("handlers")
  void goodputAtFiveTimesTheCapacityStaysAboveNineTenths(String name, Handling handling) {
    double most = most(handling, 1_000);

    assertThat(most).isGreaterThan(0.95 * CAPACITY * 60);
    assertThat((double) run(5, handling, 1_000, true).good()).isGreaterThan(0.95 * most);
  }

  @ParameterizedTest
  @MethodSource("handlers")
  void itHoldsWhereMostWaitInTheBroker(String name, Handling handling) {
    double most = most(handling, SLOTS);

    assertThat((double) run(5, handling, SLOTS, true).good()).isGreaterThan(0.9 * most);
  }

  @ParameterizedTest
  @MethodSource("handlers")
  void withoutItNearlyNothingIsDoneInTime(String name, Handling handling) {
    assertThat((double) run(5, handling, 1_000, false).good()).isLessThan(0.2 * CAPACITY * 60);
  }

  @ParameterizedTest
  @MethodSource("handlers")
  void nothingIsRefusedBelowTheCapacity(String name, Handling handling) {
    Outcome outcome = run(0.8, handling, 1_000, true);

    assertThat(outcome.refused()).isZero();
    assertThat(outcome.late()).isZero();
  }

  @ParameterizedTest
  @MethodSource("handlers")
  void whatIsStartedUnderOverloadIsNotThrownAway(String name, Handling handling) {
    Outcome outcome = run(5, handling, 1_000, true);

    assertThat((double) outcome.late()).isLessThan(0.05 * outcome.good());
    assertThat(outcome.refused()).isGreaterThan(3 * outcome.good());
  }

  @Test
  void aHandlerThatHasBecomeQuickerIsNoticed() {
    AtomicLong now = new AtomicLong();
    LoadShedding shedding = new LoadShedding(1, "the handler", now::get, () -> 0);
    long allowed = Duration.ofSeconds(1).toNanos();
    long little = Duration.ofMillis(200).toNanos();
    shedding.ended(Duration.ofSeconds(20).toNanos());
    assertThat(shedding.isWorthIt(little, allowed)).isFalse();

    now.addAndGet(Duration.ofSeconds(2).toNanos());

    assertThat(shedding.isWorthIt(little, allowed)).as("one to try").isTrue();
    assertThat(shedding.isWorthIt(little, allowed)).as("and no more").isFalse();
    for (int i = 0; i < 100; i++) {
      shedding.ended(Duration.ofMillis(1).toNanos());
    }
    assertThat(shedding.isWorthIt(little, allowed)).isTrue();
  }

  @Test
  void aFreshRequestIsStartedHoweverLongTheHandlerTakes() {
    LoadShedding shedding = new LoadShedding(1, "the handler", () -> 0, () -> 0);
    long allowed = Duration.ofSeconds(1).toNanos();
    shedding.ended(Duration.ofSeconds(20).toNanos());

    assertThat(shedding.isWorthIt(allowed, allowed)).isTrue();
  }
}
