package dev.parley.bench;

import dev.parley.bench.contestant.Contestant;
import dev.parley.bench.load.Load;
import dev.parley.bench.load.Measured;
import dev.parley.bench.load.Scenario;
import dev.parley.bench.load.Times;
import dev.parley.bench.report.Outcome;
import dev.parley.bench.report.ResultsFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * One contestant in a process of its own, through some scenarios, each with connections of its own.
 * Run by {@link Rounds}, and by hand under a profiler.
 */
@Command(name = "measure", description = "One contestant at a broker that runs, in this process.")
final class Measure implements Callable<Integer> {
  @Option(names = "--broker", required = true, description = "${COMPLETION-CANDIDATES}")
  private Entrant.Kind broker = Entrant.Kind.RABBIT;

  @Option(names = "--url", required = true, description = "Its address, as broker.url takes it.")
  private String url = "";

  @Option(names = "--contestant", required = true, description = "Who is measured.")
  private String contestant = "";

  @Option(names = "--round", defaultValue = "1", description = "Its number. Default: 1.")
  private int round;

  @Option(
      names = "--compiling",
      defaultValue = "PT0S",
      description = "Calls are made so long before anything else. Default: PT0S.")
  private Duration compiling = Duration.ZERO;

  @Option(names = "--warm-up", defaultValue = "PT2S", description = "Default: PT2S.")
  private Duration warmUp = Duration.ZERO;

  @Option(names = "--measured", defaultValue = "PT5S", description = "Default: PT5S.")
  private Duration measured = Duration.ZERO;

  @Option(names = "--results", required = true, description = "A file that is appended to.")
  private Path results = Path.of("");

  @Parameters(arity = "1..*", paramLabel = "SCENARIO", description = "What is done.")
  private List<String> scenarios = new ArrayList<>();

  @Override
  @SuppressWarnings("SystemOut") // for the person who runs it
  public Integer call() throws Exception {
    Entrant entrant = Entrant.named(broker, contestant);
    Times times = new Times(compiling, warmUp, measured);
    compile(entrant, times);
    int failures = 0;
    for (String name : scenarios) {
      try (Contestant opened = entrant.opening().open(url)) {
        Measured figures = Load.run(opened, Scenario.named(name), times);
        ResultsFile.append(results, outcome(name, figures));
        System.out.printf("  %-12s %12.0f/s%n", name, figures.perSecond());
      } catch (Exception e) {
        failures++;
        System.err.println(contestant + ", " + name + " failed: " + e);
        e.printStackTrace();
      }
    }
    return failures;
  }

  /** What the JIT compiler has still to do would be measured first of all. */
  private void compile(Entrant entrant, Times times) throws Exception {
    if (!times.compiling().isZero()) {
      try (Contestant opened = entrant.opening().open(url)) {
        Times first = new Times(Duration.ZERO, times.compiling(), Duration.ofMillis(100));
        Load.run(opened, Scenario.named("calls-256"), first);
      }
    }
  }

  private Outcome outcome(String scenario, Measured figures) {
    return new Outcome(
        broker.name().toLowerCase(Locale.ROOT),
        scenario,
        contestant,
        round,
        System.getProperty("java.version"),
        figures);
  }
}
