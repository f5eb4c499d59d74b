package dev.parley.conformance.brokers;

import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Kafka in a container, on a host port that is fixed so that it survives a restart. */
final class DockerKafka implements RealBroker {
  private static final String VERSION = "4.3.1";
  private static final String IMAGE = "apache/kafka:" + VERSION;
  private static final int CLIENT_PORT = 9092;

  private final DockerContainer server;
  private final String url;

  private DockerKafka(DockerContainer server, String url) {
    this.server = server;
    this.url = url;
  }

  static BrokerSource source() {
    return DockerEngine.source(DockerKafka::launch);
  }

  // Not Testcontainers' own Kafka: it learns its address only after each start, and writes it into
  // the container then, so that it does not survive a restart of the container from outside.
  @SuppressWarnings("resource") // closed through OpenBrokers
  private static RealBroker launch(int port) {
    String host = DockerContainer.host();
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE));
    container.withEnv(environment(host, port));
    String url = KafkaServer.url(host, port);
    return new DockerKafka(
        DockerContainer.start(container, CLIENT_PORT, port, () -> version(url, container)), url);
  }

  /** Kafka does not say which version it is, so it is that of the image. */
  private static String version(String url, GenericContainer<?> container) {
    Readiness.await(() -> KafkaServer.at(url), Readiness.Pause.BLIND, container::getLogs);
    return VERSION;
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

  @Override
  public String url() {
    return url;
  }

  @Override
  public String servedBy() {
    return server.servedBy("Kafka");
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return KafkaFaults.MISSING;
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public void kill() {
    server.kill();
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void close() {
    server.close();
  }
}
