package dev.parley.bench;

import dev.parley.bench.report.Chart;
import dev.parley.bench.report.ResultsFile;
import dev.parley.bench.report.Summary;
import dev.parley.bench.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes the table and the chart of results that are there. */
@Command(name = "report", description = "The table and the chart of results that are there.")
final class Report implements Callable<Integer> {
  static final String RESULTS = "results.jsonl";
  static final String ENVIRONMENT = "environment.md";
  private static final String TABLE = "table.md";
  private static final String CHART = "chart.svg";

  @Parameters(description = "The directory of the results.")
  private Path directory = Path.of("");

  @Override
  public Integer call() throws IOException {
    write(directory);
    return 0;
  }

  @SuppressWarnings("SystemOut") // for the person who waited for it
  static void write(Path directory) throws IOException {
    Summary summary = Summary.of(ResultsFile.read(directory.resolve(RESULTS)));
    String environment = Files.readString(directory.resolve(ENVIRONMENT));
    String table = environment + "\n" + Table.of(summary);
    Files.writeString(directory.resolve(TABLE), table);
    Files.writeString(directory.resolve(CHART), Chart.of(summary));
    System.out.println();
    System.out.println(table);
    System.out.printf("In %s: %s, %s, %s%n", directory, RESULTS, TABLE, CHART);
  }
}
