package dev.parley.conformance.brokers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SyncDockerCmd;
import com.github.dockerjava.api.exception.DockerException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka in a container, on a host port that is fixed so that it survives a restart.
 *
 * <p>{@code this} guards the state of the container; {@link #close()} takes no lock.
 */
final class DockerKafka implements RealBroker {
  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final int CLIENT_PORT = 9092;
  private static final int STOP_LIMIT_SECONDS = 30;

  private final GenericContainer<?> container;
  private final String url;
  private final OpenBrokers.Resource resource;
  private boolean running = true;

  private DockerKafka(GenericContainer<?> container, String url) {
    this.container = container;
    this.url = url;
    this.resource = container::stop;
  }

  static BrokerSource source() {
    return new BrokerSource() {
      @Override
      public String word() {
        return "docker";
      }

      @Override
      public RealBroker start(OptionalInt port) throws SourceUnavailableException {
        DockerEngine.require();
        return launch(LocalPorts.take(port));
      }
    };
  }

  // Not Testcontainers' own Kafka: it learns its address only after each start, and writes it into
  // the container then, so that it does not survive a restart of the container from outside.
  private static DockerKafka launch(int port) {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE));
    container.setPortBindings(List.of(bindAddress(host) + port + ":" + CLIENT_PORT));
    container.withEnv(environment(host, port));
    DockerKafka broker = new DockerKafka(container, KafkaServer.url(host, port));
    OpenBrokers.add(broker.resource);
    try {
      container.start();
      broker.awaitReady();
      return broker;
    } catch (RuntimeException e) { // Testcontainers and its client have no common type
      broker.close();
      throw new RealBrokerException("container %s did not start: %s".formatted(IMAGE, e), e);
    }
  }

  private static Map<String, String> environment(String host, int port) {
    return Map.ofEntries(
        Map.entry("KAFKA_NODE_ID", "1"),
        Map.entry("KAFKA_PROCESS_ROLES", "broker,controller"),
        Map.entry("KAFKA_LISTENERS", "CLIENT://:" + CLIENT_PORT + ",CONTROLLER://:9093"),
        Map.entry("KAFKA_ADVERTISED_LISTENERS", "CLIENT://" + host + ":" + port),
        Map.entry("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("KAFKA_INTER_BROKER_LISTENER_NAME", "CLIENT"),
        Map.entry("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
        Map.entry("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093"),
        Map.entry("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
        Map.entry("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
        Map.entry("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
        Map.entry("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1"),
        Map.entry("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1"),
        Map.entry("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"));
  }

  /** Nobody else's business, unless the engine is on another host. */
  private static String bindAddress(String host) {
    return host.equals("localhost") || host.equals(LocalPorts.LOOPBACK)
        ? LocalPorts.LOOPBACK + ":"
        : "";
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public String servedBy() {
    return "container " + IMAGE;
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return KafkaFaults.MISSING;
  }

  @Override
  public synchronized void stop() {
    if (running) {
      docker("stop", docker -> docker.stopContainerCmd(id()).withTimeout(STOP_LIMIT_SECONDS));
      running = false;
    }
  }

  @Override
  public synchronized void kill() {
    if (running) {
      docker("kill", docker -> docker.killContainerCmd(id()));
      running = false;
    }
  }

  @Override
  public synchronized void start() {
    if (!running) {
      docker("start", docker -> docker.startContainerCmd(id()));
      running = true;
      awaitReady();
    }
  }

  @Override
  public void close() {
    OpenBrokers.close(resource);
  }

  private void awaitReady() {
    Readiness.await(() -> KafkaServer.at(url), Readiness.Pause.BLIND, container::getLogs);
  }

  private void docker(String what, Function<DockerClient, SyncDockerCmd<Void>> command) {
    try {
      command.apply(container.getDockerClient()).exec();
    } catch (DockerException e) {
      throw new RealBrokerException(
          "Docker cannot %s container %s: %s".formatted(what, id(), e.getMessage()), e);
    }
  }

  private String id() {
    return container.getContainerId();
  }
}
