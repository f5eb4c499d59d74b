package dev.parley.faults;

import dev.parley.Broker;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/**
 * The main program of another process that consumes: its arguments are the prefix of the queues,
 * the seed, the file of the settings and the file of the journal. SIGTERM ends it cleanly.
 */
final class WorkerProgram {

  private WorkerProgram() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(arguments[2]))) {
      settings.load(reader);
    }
    Broker.Builder builder = Broker.builder();
    settings.stringPropertyNames().forEach(key -> builder.setting(key, settings.getProperty(key)));
    FileJournal journal = FileJournal.appendingTo(Path.of(arguments[3]));
    Broker broker = builder.build();
    Chance chance = new Chance(Long.parseLong(arguments[1]));
    new Work(new Names(arguments[0]), chance, journal).registerOn(broker);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "faults-drain"));
    broker.start();
    journal.consuming();
    new CountDownLatch(1).await(); // until it is ended
  }
}
