package dev.parley.conformance.brokers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;

/** How Kafka is run as a node of our own: its files in one directory, and its ports. */
record KafkaNode(
    Path directory,
    int port,
    int controllerPort,
    String clusterId,
    List<KafkaListener> listeners,
    List<String> lines) {
  private static final int LOG_TAIL_LINES = 40;

  /** Writes the node's configuration into an empty directory. */
  static KafkaNode prepare(
      Path directory, OptionalInt port, List<KafkaListener> listeners, List<String> lines)
      throws IOException {
    KafkaNode node =
        new KafkaNode(
            directory,
            LocalPorts.take(port),
            LocalPorts.free(),
            Uuid.randomUuid().toString(),
            List.copyOf(listeners),
            List.copyOf(lines));
    Files.writeString(node.propertiesFile(), node.properties());
    Files.writeString(node.logging(), LOGGING);
    return node;
  }

  static String version() {
    return AppInfoParser.getVersion();
  }

  ProcessBuilder server() {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlogback.configurationFile=" + logging(),
            "-cp",
            classPath(),
            KafkaProcess.class.getName(),
            propertiesFile().toString(),
            clusterId);
    // Options meant for the JVM of the tests, a debugger's port among them, are not for this one.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log()));
  }

  /** Of this JVM, which may have been started in another directory than the server is. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The last lines that the server wrote; why it died is usually among them. */
  String logTail() {
    try (Stream<String> lines = Files.lines(log().toPath())) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - LOG_TAIL_LINES), all.size()));
    } catch (IOException e) {
      return "Its log cannot be read: " + e;
    }
  }

  private Path propertiesFile() {
    return directory.resolve("server.properties");
  }

  private Path logging() {
    return directory.resolve("logback.xml");
  }

  private Path data() {
    return directory.resolve("data");
  }

  private File log() {
    return directory.resolve("server.log").toFile();
  }

  private static final String LOGGING =
      """
      <configuration>
        <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %-5level %logger{30} - %msg%n</pattern></encoder>
        </appender>
        <root level="WARN"><appender-ref ref="console"/></root>
      </configuration>
      """;

  private String properties() {
    return """
        process.roles=broker,controller
        node.id=1
        listeners=CLIENT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d%4$s
        advertised.listeners=CLIENT://127.0.0.1:%1$d%5$s
        listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT%6$s
        inter.broker.listener.name=CLIENT
        controller.listener.names=CONTROLLER
        controller.quorum.voters=1@127.0.0.1:%2$d
        log.dirs=%3$s
        num.partitions=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        share.coordinator.state.topic.num.partitions=4
        group.initial.rebalance.delay.ms=0
        group.share.min.record.lock.duration.ms=1000
        group.share.min.heartbeat.interval.ms=500
        group.share.heartbeat.interval.ms=500
        auto.create.topics.enable=true
        log.cleaner.dedupe.buffer.size=2097152
        %7$s
        """
        .formatted(
            port,
            controllerPort,
            data(),
            joined(KafkaListener::bound),
            joined(KafkaListener::advertised),
            joined(KafkaListener::secured),
            String.join("\n", lines));
  }

  private String joined(Function<KafkaListener, String> part) {
    return listeners.stream().map(part).collect(Collectors.joining());
  }
}
