package dev.parley.bench.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The engine alone, by JMH with its profiler of allocations. */
@Command(name = "engine", description = "The engine alone, by JMH, on each java that is given.")
public final class EngineCommand implements Callable<Integer> {
  private static final TimeValue EACH = TimeValue.seconds(2);

  @Option(
      names = "--java",
      split = ",",
      description = "Those that run it, such as one of 17 and one of 25. Default: this one.")
  private List<Path> javas = List.of(Path.of(System.getProperty("java.home"), "bin", "java"));

  @Option(names = "--only", defaultValue = "bench.engine", description = "A regular expression.")
  private String only = "";

  @Option(
      names = "--out",
      defaultValue = "benchmarks/target/results",
      description = "A directory for the results. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("");

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(out);
    for (int i = 0; i < javas.size(); i++) {
      new Runner(
              new OptionsBuilder()
                  .include(only)
                  .jvm(javas.get(i).toString())
                  .addProfiler(GCProfiler.class)
                  .warmupTime(EACH)
                  .measurementTime(EACH)
                  .resultFormat(ResultFormatType.JSON)
                  .result(out.resolve("engine-" + (i + 1) + ".json").toString())
                  .build())
          .run();
    }
    return 0;
  }
}
