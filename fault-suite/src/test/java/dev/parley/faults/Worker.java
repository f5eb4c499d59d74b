package dev.parley.faults;

import dev.parley.conformance.brokers.JavaProgram;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * One consumer in a process of its own, and what it has written. Used by the thread of the round.
 */
final class Worker implements AutoCloseable {

  private final JavaProgram program;
  private final Path journal;
  private final Path output;
  private long read;

  private Worker(JavaProgram program, Path journal, Path output) {
    this.program = program;
    this.journal = journal;
    this.output = output;
  }

  static Worker start(Names names, Chance chance, Map<String, String> settings, Path base)
      throws IOException {
    Path journal = Path.of(base + ".journal");
    Path output = Path.of(base + ".out");
    Path file = Path.of(base + ".properties");
    Files.createFile(journal);
    Properties properties = new Properties();
    properties.putAll(settings);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    Files.writeString(file, text.toString());
    List<String> arguments =
        List.of(names.prefix(), String.valueOf(chance.seed()), file.toString(), journal.toString());
    return new Worker(JavaProgram.start(WorkerProgram.class, arguments, output), journal, output);
  }

  JavaProgram program() {
    return program;
  }

  void awaitConsuming(Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (Files.size(journal) == 0) {
      if (!program.isAlive() || System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "The other process does not consume: " + Files.readString(output));
      }
      Thread.sleep(20);
    }
  }

  /** Enters what it has written since the last time; half a line is left for the next time. */
  void report(Ledger ledger) throws IOException {
    String text = unread();
    int end = text.lastIndexOf('\n') + 1;
    read += end;
    text.substring(0, end).lines().forEach(line -> enter(line.split(" ", -1), ledger));
  }

  private String unread() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(file.length() - read)];
      file.seek(read);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  private void enter(String[] words, Ledger ledger) {
    switch (words[0]) {
      case FileJournal.BEGUN ->
          ledger.begun(Integer.parseInt(words[1]), Integer.parseInt(words[2]), journal.toString());
      // nanoTime is the machine's on Linux, the same in all processes.
      case FileJournal.HANDLED ->
          ledger.handled(Integer.parseInt(words[1]), Long.parseLong(words[2]));
      default -> {} // it is consuming
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
