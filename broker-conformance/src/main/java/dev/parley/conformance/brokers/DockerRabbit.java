package dev.parley.conformance.brokers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SyncDockerCmd;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * RabbitMQ in a container, on a host port that is fixed so that it survives a restart.
 *
 * <p>{@code this} guards the state of the container; {@link #close()} takes no lock.
 */
final class DockerRabbit implements RealBroker {
  private static final String IMAGE = "rabbitmq:4-alpine";
  private static final int AMQP_PORT = 5672;
  private static final int STOP_LIMIT_SECONDS = 30;

  /** Default of RabbitMQ 4. */
  private static final String MEMORY_HIGH_WATERMARK = "0.6";

  private final RabbitMQContainer container;
  private final String url;
  private final OpenBrokers.Resource resource;
  private boolean running = true;
  private String version = "";

  private DockerRabbit(RabbitMQContainer container, String url) {
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

  private static DockerRabbit launch(int port) {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    RabbitMQContainer container = new RabbitMQContainer(DockerImageName.parse(IMAGE));
    container.setPortBindings(List.of(bindAddress(host) + port + ":" + AMQP_PORT));
    DockerRabbit broker = new DockerRabbit(container, AmqpServer.url(host, port));
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
  public synchronized String servedBy() {
    return "Testcontainers %s (RabbitMQ %s)".formatted(IMAGE, version);
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return Map.of();
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
    OpenBrokers.close(resource);
  }

  private synchronized void awaitReady() {
    version =
        Readiness.await(() -> AmqpServer.at(url), Readiness.Pause.BLIND, container::getLogs)
            .version();
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
