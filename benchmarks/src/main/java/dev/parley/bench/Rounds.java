package dev.parley.bench;

import dev.parley.bench.load.Times;
import dev.parley.conformance.brokers.RealBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the contestants of one broker in processes of their own, one at a time, A B C A B C: what
 * else happens on the machine hits all of them.
 */
final class Rounds {
  private static final long LONGEST_MINUTES = 15;
  private static final List<String> FLAGS = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");

  private final Plan plan;
  private final Path java;
  private final Path results;

  Rounds(Plan plan, Path java, Path results) {
    this.plan = plan;
    this.java = java;
    this.results = results;
  }

  /** Says whether everything was measured. */
  @SuppressWarnings("SystemOut") // the progress, for the person who waits
  boolean run(Entrant.Kind kind, RealBroker broker) throws IOException, InterruptedException {
    boolean complete = true;
    for (int round = 1; round <= plan.rounds(); round++) {
      for (Entrant entrant : plan.entrantsOn(kind)) {
        System.out.printf("%s, round %d, %s%n", kind, round, entrant.name());
        complete &= measure(entrant, broker.url(), round);
      }
    }
    return complete;
  }

  private boolean measure(Entrant entrant, String url, int round)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(entrant, url, round)).inheritIO().start();
    try {
      return process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> command(Entrant entrant, String url, int round) {
    Times times = plan.times();
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(FLAGS);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Benchmarks.class.getName(),
            "measure",
            "--broker=" + entrant.broker(),
            "--url=" + url,
            "--contestant=" + entrant.name(),
            "--round=" + round,
            "--compiling=" + times.compiling(),
            "--warm-up=" + times.warmUp(),
            "--measured=" + times.measured(),
            "--results=" + results));
    command.addAll(plan.scenariosOf(entrant));
    return command;
  }
}
