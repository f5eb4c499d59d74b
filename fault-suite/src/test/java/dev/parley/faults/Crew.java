package dev.parley.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The consumers in processes of their own. Used by the thread of the round. */
final class Crew implements AutoCloseable {

  private final Names names;
  private final Chance chance;
  private final Map<String, String> settings;
  private final Path directory;
  private final Ledger ledger;
  private final List<Worker> workers = new ArrayList<>();

  Crew(Names names, Chance chance, Map<String, String> settings, Path directory, Ledger ledger) {
    this.names = names;
    this.chance = chance;
    this.settings = settings;
    this.directory = directory;
    this.ledger = ledger;
  }

  /** One more, which consumes when this returns. */
  Worker hire() throws IOException, InterruptedException {
    Worker worker =
        Worker.start(names, chance, settings, directory.resolve(names.prefix() + workers.size()));
    workers.add(worker);
    worker.awaitConsuming(Duration.ofSeconds(60));
    return worker;
  }

  /** The one that was hired last. */
  Worker last() {
    return workers.get(workers.size() - 1);
  }

  /** Enters into the ledger what they have written since the last time. */
  void report() throws IOException {
    for (Worker worker : workers) {
      worker.report(ledger);
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }
}
