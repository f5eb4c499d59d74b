package dev.parley.conformance.brokers;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  public static void main(String[] arguments) {
    String properties = arguments[0];
    if (!Files.exists(Path.of(arguments[2], "meta.properties"))) {
      format(properties, arguments[1]);
    }
    Kafka.main(new String[] {properties});
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
