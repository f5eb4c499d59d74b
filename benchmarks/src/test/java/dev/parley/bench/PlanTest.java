package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The lengths that are promised, by the plans' own figures. */
class PlanTest {
  private static final Duration OPENING = Duration.ofMillis(1_300); // connections, a group's start

  @Test
  void theQuickFormIsPlannedUnderFiveMinutes() {
    assertThat(length(Plan.QUICK)).isLessThan(Duration.ofMinutes(5));
  }

  @Test
  void theFullFormIsPlannedUnderAnHour() {
    assertThat(length(Plan.FULL)).isLessThan(Duration.ofHours(1));
  }

  private static Duration length(Plan plan) {
    Duration each = plan.times().warmUp().plus(plan.times().measured()).plus(OPENING);
    int scenarios = 0;
    for (Entrant.Kind broker : Entrant.Kind.values()) {
      for (Entrant entrant : plan.entrantsOn(broker)) {
        scenarios += plan.scenariosOf(entrant).size();
      }
    }
    return each.multipliedBy((long) scenarios * plan.rounds());
  }
}
