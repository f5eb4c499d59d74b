package dev.parley.bench;

import dev.parley.bench.load.Scenario;
import dev.parley.bench.load.Times;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What is run.
 *
 * @param entrants the names of the contestants
 * @param scenarios the names of the scenarios
 * @param rounds how often
 * @param times how long each scenario
 */
record Plan(Set<String> entrants, List<String> scenarios, int rounds, Times times) {

  /** Under five minutes: the goals. */
  static final Plan QUICK =
      new Plan(
          Set.of(Entrant.BY_HAND, Entrant.PARLEY, Entrant.SPRING),
          List.of("calls-1", "calls-64", "calls-256", "publish-64", "consume"),
          2,
          new Times(Duration.ofSeconds(4), Duration.ofMillis(800), Duration.ofMillis(1_200)));

  /** Under an hour: everything. */
  static final Plan FULL =
      new Plan(
          Set.of(
              Entrant.BY_HAND,
              Entrant.PARLEY,
              Entrant.SPRING,
              Entrant.SPRING_DEFAULTS,
              Entrant.WEAKER),
          Scenario.ALL.stream().map(Scenario::name).toList(),
          3,
          new Times(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(2)));

  /** Those that can do at least one scenario of this plan. */
  List<Entrant> entrantsOn(Entrant.Kind broker) {
    return Entrant.ALL.stream()
        .filter(entrant -> entrant.broker() == broker && entrants.contains(entrant.name()))
        .filter(entrant -> !scenariosOf(entrant).isEmpty())
        .toList();
  }

  List<String> scenariosOf(Entrant entrant) {
    return scenarios.stream()
        .filter(name -> entrant.kinds().contains(Scenario.named(name).kind()))
        .toList();
  }
}
