package dev.parley.conformance.brokers;

import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Redis in a container, on a host port that is fixed so that it survives a restart. */
final class DockerRedis implements RealBroker {
  private static final String IMAGE = "redis:8-alpine";
  private static final int PORT = 6379;

  private final DockerContainer server;
  private final String url;

  private DockerRedis(DockerContainer server, String url) {
    this.server = server;
    this.url = url;
  }

  static BrokerSource source() {
    return DockerEngine.source(DockerRedis::launch);
  }

  @SuppressWarnings("resource") // closed through OpenBrokers
  private static RealBroker launch(int port) {
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE));
    container.withCommand(
        "redis-server", "--save", "", "--appendonly", "yes", "--appendfsync", "always");
    String url = RedisServer.url(DockerContainer.host(), port);
    return new DockerRedis(
        DockerContainer.start(container, PORT, port, () -> version(url, container)), url);
  }

  private static String version(String url, GenericContainer<?> container) {
    return Readiness.await(() -> RedisServer.at(url), Readiness.Pause.BLIND, container::getLogs)
        .version();
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public String servedBy() {
    return server.servedBy("Redis");
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return BrokerCapability.amqpIsMissing();
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
  public void closeAllConnections() {
    RedisServer.closeAllConnections(url);
  }

  @Override
  public void blockPublishers() {
    RedisServer.blockPublishers(url);
  }

  @Override
  public void unblockPublishers() {
    RedisServer.unblockPublishers(url);
  }

  @Override
  public String ctl(String... arguments) {
    return RedisServer.run(url, arguments);
  }

  @Override
  public void close() {
    server.close();
  }
}
