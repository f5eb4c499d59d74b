package dev.parley.bench;

import dev.parley.conformance.brokers.RealBrokers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From the start of the template's process to its first reply, which it prints: the demonstration
 * begins with a message to its handler, and with what came of it.
 */
@Command(name = "start-up", description = "From the template's start to its first reply.")
final class StartUp implements Callable<Integer> {
  private static final String REPLY = "    = returned:";

  @Option(
      names = "--jar",
      defaultValue = "app-template/target/app-template.jar",
      description = "The template's jar. Default: ${DEFAULT-VALUE}.")
  private Path jar = Path.of("");

  @Option(names = "--times", defaultValue = "5", description = "How often. Default: 5.")
  private int times;

  @Option(names = "--java", description = "The java that runs it. Default: this one.")
  private Path java = Path.of(System.getProperty("java.home"), "bin", "java");

  @Override
  @SuppressWarnings("SystemOut") // for the person who runs it
  public Integer call() throws Exception {
    for (String url : new String[] {"memory:", RealBrokers.rabbit().url()}) {
      long[] millis = new long[times];
      for (int i = 0; i < times; i++) {
        millis[i] = toFirstReply(url);
      }
      Arrays.sort(millis);
      System.out.printf(
          "%s: %d ms (%d-%d)%n",
          url.substring(0, url.indexOf(':')), millis[times / 2], millis[0], millis[times - 1]);
    }
    return 0;
  }

  private long toFirstReply(String url) throws IOException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(java.toString(), "-jar", jar.toString(), "demo", "--broker.url=" + url)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(REPLY)) {
          return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        }
      }
      throw new IllegalStateException(jar + " printed no reply");
    } finally {
      process.destroyForcibly();
    }
  }
}
