package dev.parley.conformance.brokers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Kafka from the class path, in a JVM of its own, so that it can be killed and started again with
 * its data; nothing needs to be installed.
 *
 * <p>{@code this} guards the process. {@link #close()} takes no lock of this class, so that a
 * shutdown hook can end a start that is under way.
 */
final class EmbeddedKafka implements RealBroker {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final KafkaNode node;
  private final OwnedProcesses processes;
  private @Nullable Process server;

  private EmbeddedKafka(KafkaNode node, OwnedProcesses processes) {
    this.node = node;
    this.processes = processes;
  }

  static BrokerSource source() {
    return new BrokerSource() {
      @Override
      public String word() {
        return "jvm";
      }

      @Override
      public RealBroker start(OptionalInt port) {
        return launch(port);
      }
    };
  }

  /** With two listeners behind relays, one for cutting connections and one for silence. */
  static EmbeddedKafka launch(OptionalInt port) {
    return launch(
        port,
        List.of(KafkaListener.behindRelay("CUT"), KafkaListener.behindRelay("SILENT")),
        List.of());
  }

  static EmbeddedKafka launch(
      OptionalInt port, List<KafkaListener> listeners, List<String> properties) {
    OwnedProcesses processes = null;
    try {
      processes = OwnedProcesses.inNewDirectory("parley-kafka-");
      OpenBrokers.add(processes);
      KafkaNode node = KafkaNode.prepare(processes.directory(), port, listeners, properties);
      EmbeddedKafka broker = new EmbeddedKafka(node, processes);
      broker.start();
      return broker;
    } catch (IOException | RuntimeException e) {
      if (processes != null) {
        OpenBrokers.close(processes);
      }
      throw new RealBrokerException("Kafka did not start: " + e.getMessage(), e);
    }
  }

  @Override
  public String url() {
    return KafkaServer.url(LocalPorts.LOOPBACK, node.port());
  }

  @Override
  public String servedBy() {
    return "Kafka %s in a JVM of its own".formatted(KafkaNode.version());
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return KafkaFaults.MISSING;
  }

  @Override
  public List<KafkaListener> relayed() {
    return node.listeners().stream().filter(each -> each.port() != each.advertisedPort()).toList();
  }

  @Override
  public synchronized void start() {
    if (server != null && server.isAlive()) {
      return;
    }
    server = processes.start(node.server());
    Readiness.await(() -> KafkaServer.at(url()), Readiness.Pause.watching(server), node::logTail);
  }

  @Override
  public synchronized void stop() {
    if (server != null) {
      processes.stop(server, STOP_LIMIT);
      server = null;
    }
  }

  @Override
  public synchronized void kill() {
    if (server != null) {
      processes.kill(server);
      server = null;
    }
  }

  /** Everything that runs for this broker, for the test that nothing of it stays. */
  List<ProcessHandle> handles() {
    return processes.handles();
  }

  Path directory() {
    return node.directory();
  }

  @Override
  public void close() {
    OpenBrokers.close(processes);
  }
}
