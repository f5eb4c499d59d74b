package dev.parley.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/** On what was measured; lines of text. Immutable. */
public record Environment(List<String> lines) {
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  /** This machine, and what that java says of itself. */
  public static Environment now(Path java) throws IOException {
    return new Environment(
        List.of(
            "Date: " + LocalDate.now(ZoneOffset.UTC),
            "Machine: %d x %s, %s %s"
                .formatted(
                    Runtime.getRuntime().availableProcessors(),
                    cpu(),
                    System.getProperty("os.name"),
                    System.getProperty("os.version")),
            "Load of the machine at the start: %.2f"
                .formatted(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()),
            "Java: " + version(java)));
  }

  /** These lines and those servers. */
  public Environment with(List<String> servers) {
    return new Environment(
        Stream.concat(lines.stream(), Stream.of("Brokers: " + String.join("; ", servers)))
            .toList());
  }

  /** Writes it as a list. */
  public void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append("- ").append(line).append('\n'));
    Files.writeString(file, text);
  }

  private static String cpu() throws IOException {
    if (!Files.isReadable(CPUS)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(CPUS).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static String version(Path java) throws IOException {
    Process process =
        new ProcessBuilder(java.toString(), "-version").redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.lines().skip(1).findFirst().orElse(said.trim());
  }
}
