package dev.parley.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The table of what was done and what was lost. Any thread may call it. */
final class Report {

  private static final Path FILE = Path.of("target", "faults.md");
  private static final String HEAD =
      """
      | broker | fault | rounds | messages | confirmed | lost | lost, excused | dead letters \
      | duplicates | calls | answered | late | left over | recovery (median, longest) | bad rounds |
      |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|
      """;

  private final List<Row> rows = new ArrayList<>();

  synchronized void add(Row row) {
    rows.add(row);
  }

  /** Writes it to {@code target/faults.md}, and returns it. */
  synchronized String write(Suite suite) throws IOException {
    String text = table() + mistakes() + "\nSeed of this run: " + suite.seed() + "\n";
    Files.createDirectories(FILE.getParent());
    Files.writeString(FILE, text);
    return text;
  }

  private String table() {
    Map<String, List<Row>> byFault = new LinkedHashMap<>();
    rows.forEach(
        row ->
            byFault
                .computeIfAbsent(row.broker() + " | " + row.fault(), none -> new ArrayList<>())
                .add(row));
    StringBuilder text = new StringBuilder(HEAD);
    byFault.forEach((fault, group) -> text.append(line(fault, group)));
    return text.toString();
  }

  private static String line(String fault, List<Row> group) {
    List<Duration> recoveries = group.stream().map(Row::recovery).sorted().toList();
    return "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %s, %s | %d |%n"
        .formatted(
            fault,
            group.size(),
            sum(group, Row::messages),
            sum(group, Row::confirmed),
            sum(group, Row::lost),
            sum(group, Row::excused),
            sum(group, Row::dead),
            sum(group, Row::duplicates),
            sum(group, Row::calls),
            sum(group, Row::answered),
            sum(group, Row::late),
            sum(group, Row::left),
            seconds(recoveries.get(recoveries.size() / 2)),
            seconds(recoveries.get(recoveries.size() - 1)),
            group.stream().filter(row -> !row.mistakes().isEmpty()).count());
  }

  private static int sum(Collection<Row> rows, ToIntFunction<Row> column) {
    return rows.stream().mapToInt(column).sum();
  }

  private static String seconds(Duration time) {
    return "%.1f s".formatted(time.toMillis() / 1000.0);
  }

  private String mistakes() {
    StringBuilder text = new StringBuilder();
    for (Row row : rows) {
      if (!row.mistakes().isEmpty()) {
        text.append("\n%s, %s, seed %d:\n".formatted(row.broker(), row.fault(), row.seed()));
        row.mistakes().stream()
            .limit(10)
            .forEach(each -> text.append("- ").append(each).append('\n'));
        text.append(again(row));
      }
    }
    return text.toString();
  }

  private static String again(Row row) {
    return "  again: -Dfaults.replay=true -Dfaults.rounds=1 -Dfaults.seed=%d -Dfaults.brokers=%s '-Dfaults.only=%s'%n"
        .formatted(row.seed(), row.broker(), row.fault());
  }
}
