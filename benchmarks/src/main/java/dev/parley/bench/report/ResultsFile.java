package dev.parley.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Outcomes for machines: one JSON object a line. */
public final class ResultsFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ResultsFile() {}

  /** Adds a line. */
  public static void append(Path file, Outcome outcome) throws IOException {
    Files.writeString(
        file,
        JSON.writeValueAsString(outcome) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Reads all lines. */
  public static List<Outcome> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank())
        .map(line -> JSON.readValue(line, Outcome.class))
        .toList();
  }
}
