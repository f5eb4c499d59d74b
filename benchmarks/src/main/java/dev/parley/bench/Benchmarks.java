package dev.parley.bench;

import dev.parley.bench.engine.EngineCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code benchmarks}. */
@Command(
    name = "benchmarks",
    description = "Measures Parley beside the client libraries by hand and beside Spring.",
    mixinStandardHelpOptions = true,
    subcommands = {
      Compare.Quick.class,
      Compare.Full.class,
      EngineCommand.class,
      StartUp.class,
      Measure.class,
      Report.class
    })
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs the command and ends this process. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true);
  }
}
