package dev.parley.conformance.brokers;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/** RabbitMQ in a container, on a host port that is fixed so that it survives a restart. */
final class DockerRabbit implements RealBroker {
  private static final String IMAGE = "rabbitmq:4-alpine";
  private static final int AMQP_PORT = 5672;

  /** Default of RabbitMQ 4. */
  private static final String MEMORY_HIGH_WATERMARK = "0.6";

  private final RabbitMQContainer container;
  private final DockerContainer server;
  private final String url;

  private DockerRabbit(RabbitMQContainer container, DockerContainer server, String url) {
    this.container = container;
    this.server = server;
    this.url = url;
  }

  static BrokerSource source() {
    return DockerEngine.source(DockerRabbit::launch);
  }

  private static RealBroker launch(int port) {
    RabbitMQContainer container = new RabbitMQContainer(DockerImageName.parse(IMAGE));
    String url = AmqpServer.url(DockerContainer.host(), port);
    DockerContainer server =
        DockerContainer.start(container, AMQP_PORT, port, () -> version(url, container));
    return new DockerRabbit(container, server, url);
  }

  private static String version(String url, RabbitMQContainer container) {
    return Readiness.await(() -> AmqpServer.at(url), Readiness.Pause.BLIND, container::getLogs)
        .version();
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public String servedBy() {
    return server.servedBy("RabbitMQ");
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return Map.of();
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
    ctl("close_all_connections", "closed by a test");
  }

  @Override
  public void blockPublishers() {
    ctl("set_vm_memory_high_watermark", "0.00001");
  }

  @Override
  public void unblockPublishers() {
    ctl("set_vm_memory_high_watermark", MEMORY_HIGH_WATERMARK);
  }

  @Override
  public String ctl(String... arguments) {
    String[] command =
        Stream.concat(Stream.of("rabbitmqctl"), Stream.of(arguments)).toArray(String[]::new);
    try {
      ExecResult result = container.execInContainer(command);
      if (result.getExitCode() != 0) {
        throw new RealBrokerException(
            "%s failed: %s%s".formatted(List.of(command), result.getStdout(), result.getStderr()));
      }
      return result.getStdout();
    } catch (IOException e) {
      throw new RealBrokerException("Cannot run " + List.of(command), e);
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("running " + List.of(command), e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
