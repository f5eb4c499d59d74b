package dev.parley.bench;

import dev.parley.bench.load.Scenario;
import dev.parley.bench.load.Times;
import dev.parley.bench.report.Environment;
import dev.parley.conformance.brokers.RealBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts the brokers, runs the rounds and writes the report; a plan, parts of which may be given.
 */
abstract class Compare implements Callable<Integer> {
  private final Plan plan;

  @Option(
      names = "--brokers",
      split = ",",
      defaultValue = "rabbit,kafka,redis",
      description = "Default: ${DEFAULT-VALUE}.")
  private List<Entrant.Kind> brokers = new ArrayList<>();

  @Option(names = "--contestants", split = ",", description = "Default: those of the plan.")
  private @Nullable Set<String> contestants;

  @Option(names = "--scenarios", split = ",", description = "Default: those of the plan.")
  private @Nullable List<String> scenarios;

  @Option(names = "--rounds", description = "Default: that of the plan.")
  private @Nullable Integer rounds;

  @Option(names = "--measured", description = "How long each; PT5S for five seconds.")
  private @Nullable Duration measured;

  @Option(names = "--java", description = "The java that runs the contestants. Default: this one.")
  private Path java = Path.of(System.getProperty("java.home"), "bin", "java");

  @Option(
      names = "--out",
      defaultValue = "benchmarks/target/results",
      description = "A directory for the results. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("");

  Compare(Plan plan) {
    this.plan = plan;
  }

  /** The quick form. */
  @Command(name = "quick", description = "What the goals are about; under five minutes.")
  static final class Quick extends Compare {
    Quick() {
      super(Plan.QUICK);
    }
  }

  /** The full form. */
  @Command(name = "full", description = "Everything; under an hour.")
  static final class Full extends Compare {
    Full() {
      super(Plan.FULL);
    }
  }

  @Override
  public Integer call() throws Exception {
    Plan wanted = wanted();
    Files.createDirectories(out);
    Path results = out.resolve(Report.RESULTS);
    Files.deleteIfExists(results);
    boolean complete = true;
    List<String> servers = new ArrayList<>();
    Environment environment = Environment.now(java);
    for (Entrant.Kind kind : brokers) {
      try (RealBroker broker = kind.start()) {
        servers.add(broker.servedBy());
        complete &= new Rounds(wanted, java, results).run(kind, broker);
      }
    }
    environment.with(servers).write(out.resolve(Report.ENVIRONMENT));
    Report.write(out);
    return complete ? 0 : 1;
  }

  private Plan wanted() {
    List<String> names = scenarios == null ? plan.scenarios() : scenarios;
    names.forEach(Scenario::named); // which throws, before anything is started
    return new Plan(
        contestants == null ? plan.entrants() : new TreeSet<>(contestants),
        names,
        rounds == null ? plan.rounds() : rounds,
        measured == null
            ? plan.times()
            : new Times(plan.times().compiling(), plan.times().warmUp(), measured));
  }
}
