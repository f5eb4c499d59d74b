package dev.parley.conformance.brokers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * The main program of a JVM that is a Kafka server in KRaft mode, broker and controller in one.
 *
 * <p>Its arguments are the file of the server's properties and the cluster's id. A directory that
 * has no data yet is formatted first. SIGTERM ends it cleanly.
 */
final class KafkaProcess {
  private KafkaProcess() {}

  /** Runs until the process is ended. */
  public static void main(String[] arguments) throws IOException {
    String file = arguments[0];
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file))) {
      properties.load(reader);
    }
    if (!Files.exists(Path.of(properties.getProperty("log.dirs"), "meta.properties"))) {
      format(file, arguments[1]);
    }
    Kafka.main(new String[] {file});
  }

  private static void format(String properties, String clusterId) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        StorageTool.execute(
            new String[] {"format", "--cluster-id", clusterId, "--config", properties},
            new PrintStream(said, true, StandardCharsets.UTF_8));
    if (code != 0) {
      throw new IllegalStateException(
          "Formatting the directory of Kafka failed: " + said.toString(StandardCharsets.UTF_8));
    }
  }
}
