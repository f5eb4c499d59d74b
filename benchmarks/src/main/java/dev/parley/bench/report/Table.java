package dev.parley.bench.report;

import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/** A summary as tables of Markdown, one for each broker. */
public final class Table {
  private static final String HEAD =
      """
      | | | per second (spread) | x by hand | x Spring | p50 | p99 | p99.9 | p50 x by hand | CPU | allocated |
      |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
      """;

  private final Summary summary;
  private final StringBuilder text = new StringBuilder();

  private Table(Summary summary) {
    this.summary = summary;
  }

  /** All of it. Times are in microseconds, and of one operation. */
  public static String of(Summary summary) {
    Table table = new Table(summary);
    summary.brokers().forEach(table::broker);
    return table.text.toString();
  }

  private void broker(String broker) {
    text.append("\n### ").append(broker).append("\n\n").append(HEAD);
    for (String scenario : summary.scenarios(broker)) {
      Map<String, Summary.Line> contestants = summary.contestants(broker, scenario);
      contestants.forEach((name, line) -> row(scenario, name, line, contestants));
    }
  }

  private void row(
      String scenario, String name, Summary.Line line, Map<String, Summary.Line> contestants) {
    Summary.Line byHand = contestants.get(Summary.BY_HAND);
    Summary.Line spring = contestants.get(Summary.SPRING);
    text.append(
        format(
            "| %s | %s | %,.0f (%,.0f-%,.0f) | %s | %s | %s | %s | %s | %s | %.1f µs | %,.0f B |%n",
            scenario,
            name,
            line.median().perSecond(),
            line.least(),
            line.most(),
            ratio(line, byHand, Summary.Line::ratio),
            ratio(line, spring, Summary.Line::ratio),
            micros(line.median().p50()),
            micros(line.median().p99()),
            micros(line.median().p999()),
            line.median().p50() == 0 ? "" : ratio(line, byHand, Summary.Line::latencyRatio),
            line.median().cpuMicros(),
            line.median().bytes()));
  }

  private static String ratio(
      Summary.Line line,
      Summary.@Nullable Line other,
      ToDoubleBiFunction<Summary.Line, Summary.Line> ratio) {
    return other == null || other.equals(line)
        ? ""
        : format("%.2f", ratio.applyAsDouble(line, other));
  }

  private static String micros(double time) {
    return time == 0 ? "" : format("%,.0f", time);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
