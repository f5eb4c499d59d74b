package dev.parley.bench.report;

import dev.parley.bench.load.Measured;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Medians of all rounds, in the order in which they were run. Immutable. */
public final class Summary {
  static final String BY_HAND = "by-hand";
  static final String SPRING = "spring";

  private final Map<String, Map<String, Map<String, Line>>> lines;

  /**
   * One contestant in one scenario.
   *
   * @param median of each figure by itself
   * @param least operations a second of all rounds
   * @param most as well
   */
  record Line(Measured median, double least, double most) {

    /** Against another one. */
    double ratio(Line other) {
      return median.perSecond() / other.median.perSecond();
    }

    /** Of the time that half of the operations take. */
    double latencyRatio(Line other) {
      return median.p50() / other.median.p50();
    }
  }

  private Summary(Map<String, Map<String, Map<String, Line>>> lines) {
    this.lines = lines;
  }

  /** Of these outcomes. */
  public static Summary of(List<Outcome> outcomes) {
    Map<String, Map<String, Map<String, List<Measured>>>> sorted = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      sorted
          .computeIfAbsent(outcome.broker(), broker -> new LinkedHashMap<>())
          .computeIfAbsent(outcome.scenario(), scenario -> new LinkedHashMap<>())
          .computeIfAbsent(outcome.contestant(), contestant -> new ArrayList<>())
          .add(outcome.measured());
    }
    return new Summary(each(sorted, scenarios -> each(scenarios, all -> each(all, Summary::line))));
  }

  private static <A, B> Map<String, B> each(Map<String, A> map, Function<A, B> change) {
    Map<String, B> changed = new LinkedHashMap<>();
    map.forEach((key, value) -> changed.put(key, change.apply(value)));
    return changed;
  }

  private static Line line(List<Measured> rounds) {
    return new Line(
        new Measured(
            median(rounds, Measured::perSecond),
            median(rounds, Measured::p50),
            median(rounds, Measured::p99),
            median(rounds, Measured::p999),
            median(rounds, Measured::cpuMicros),
            median(rounds, Measured::bytes)),
        rounds.stream().mapToDouble(Measured::perSecond).min().orElseThrow(),
        rounds.stream().mapToDouble(Measured::perSecond).max().orElseThrow());
  }

  private static double median(List<Measured> rounds, ToDoubleFunction<Measured> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }

  List<String> brokers() {
    return List.copyOf(lines.keySet());
  }

  List<String> scenarios(String broker) {
    return List.copyOf(of(broker).keySet());
  }

  Map<String, Line> contestants(String broker, String scenario) {
    return of(broker).getOrDefault(scenario, Map.of());
  }

  private Map<String, Map<String, Line>> of(String broker) {
    return lines.getOrDefault(broker, Map.of());
  }

  @Nullable Line line(String broker, String scenario, String contestant) {
    return contestants(broker, scenario).get(contestant);
  }
}
