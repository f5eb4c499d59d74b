package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.bench.load.Measured;
import dev.parley.bench.report.Outcome;
import dev.parley.bench.report.ResultsFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path directory;

  @BeforeEach
  void someResults() throws Exception {
    Files.writeString(directory.resolve(Report.ENVIRONMENT), "- Machine: this one\n");
    add("by-hand", 1, 100);
    add("parley", 1, 80);
    add("spring", 1, 50);
    add("by-hand", 2, 200);
    add("parley", 2, 300);
    add("spring", 2, 50);
    add("by-hand", 3, 900);
    add("parley", 3, 100);
    add("spring", 3, 50);
    Report.write(directory);
  }

  private void add(String contestant, int round, double perSecond) throws Exception {
    Measured measured = new Measured(perSecond, 10, 20, 30, 4, 5);
    ResultsFile.append(
        directory.resolve(Report.RESULTS),
        new Outcome("rabbit", "calls-1", contestant, round, "17", measured));
  }

  @Test
  void theTableHasMedianSpreadAndRatios() throws Exception {
    String table = Files.readString(directory.resolve("table.md"));
    assertThat(table)
        .contains("Machine: this one")
        .contains("| calls-1 | parley | 100 (80-300) | 0.50 | 2.00 | 10 | 20 | 30 | 1.00 |");
  }

  @Test
  void theChartIsWellFormedAndHasABarForEachContestant() throws Exception {
    String chart = Files.readString(directory.resolve("chart.svg"));
    byte[] bytes = chart.getBytes(StandardCharsets.UTF_8);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes));
    assertThat(chart).contains("1.00   200/s").contains("0.50   100/s").contains("0.25   50/s");
  }

  @Test
  void whatIsWrittenForMachinesIsReadAgain() throws Exception {
    assertThat(ResultsFile.read(directory.resolve(Report.RESULTS)))
        .hasSize(9)
        .first()
        .extracting(outcome -> outcome.measured().perSecond())
        .isEqualTo(100.0);
  }
}
