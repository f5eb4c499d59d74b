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
 * Redis in a container, on a host port that is fixed so that it survives a restart.
 *
 * <p>{@code this} guards the state of the container; {@link #close()} takes no lock.
 */
final class DockerRedis implements RealBroker {
  private static final String IMAGE = "redis:8-alpine";
  private static final int PORT = 6379;
  private static final int STOP_LIMIT_SECONDS = 20;

  private final GenericContainer<?> container;
  private final String url;
  private final OpenBrokers.Resource resource;
  private boolean running = true;
  private String version = "";

  private DockerRedis(GenericContainer<?> container, String url) {
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

  @SuppressWarnings("resource") // closed through OpenBrokers
  private static DockerRedis launch(int port) {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE));
    container.setPortBindings(List.of(bindAddress(host) + port + ":" + PORT));
    container.withCommand(
        "redis-server", "--save", "", "--appendonly", "yes", "--appendfsync", "always");
    DockerRedis broker = new DockerRedis(container, RedisServer.url(host, port));
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
    return "Testcontainers %s (Redis %s)".formatted(IMAGE, version);
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return BrokerCapability.amqpIsMissing();
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
    OpenBrokers.close(resource);
  }

  private synchronized void awaitReady() {
    version =
        Readiness.await(() -> RedisServer.at(url), Readiness.Pause.BLIND, () -> container.getLogs())
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
