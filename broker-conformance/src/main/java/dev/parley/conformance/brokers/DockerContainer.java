package dev.parley.conformance.brokers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SyncDockerCmd;
import com.github.dockerjava.api.exception.DockerException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/**
 * One server in a container, on a host port that is fixed so that it survives a restart.
 *
 * <p>{@code this} guards the state of the container; {@link #close()} takes no lock.
 */
final class DockerContainer {
  /** How long a server has to stop by itself. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final GenericContainer<?> container;
  private final Supplier<String> awaitVersion;
  private final OpenBrokers.Resource resource;
  private boolean running;
  private String version = "";

  private DockerContainer(GenericContainer<?> container, Supplier<String> awaitVersion) {
    this.container = container;
    this.awaitVersion = awaitVersion;
    this.resource = container::stop;
  }

  /** The name of the host that the containers' ports are on. */
  static String host() {
    return DockerClientFactory.instance().dockerHostIpAddress();
  }

  /**
   * Starts {@code container} with its port {@code inside} on the host's port {@code outside}, and
   * returns when {@code awaitVersion} does, which says what answers there, and is asked after each
   * further start.
   */
  static DockerContainer start(
      GenericContainer<?> container, int inside, int outside, Supplier<String> awaitVersion) {
    container.setPortBindings(List.of(bindAddress(host()) + outside + ":" + inside));
    DockerContainer started = new DockerContainer(container, awaitVersion);
    OpenBrokers.add(started.resource);
    try {
      container.start();
      started.ready();
      return started;
    } catch (RuntimeException e) { // Testcontainers and its client have no common type
      started.close();
      throw new RealBrokerException(
          "container %s did not start: %s".formatted(container.getDockerImageName(), e), e);
    }
  }

  /** Nobody else's business, unless the engine is on another host. */
  private static String bindAddress(String host) {
    return host.equals("localhost") || host.equals(LocalPorts.LOOPBACK)
        ? LocalPorts.LOOPBACK + ":"
        : "";
  }

  synchronized void stop() {
    if (running) {
      int seconds = Math.toIntExact(STOP_LIMIT.toSeconds());
      docker("stop", docker -> docker.stopContainerCmd(id()).withTimeout(seconds));
      running = false;
    }
  }

  synchronized void kill() {
    if (running) {
      docker("kill", docker -> docker.killContainerCmd(id()));
      running = false;
    }
  }

  synchronized void start() {
    if (!running) {
      docker("start", docker -> docker.startContainerCmd(id()));
      ready();
    }
  }

  private synchronized void ready() {
    running = true;
    version = awaitVersion.get();
  }

  /** For people: {@code product} and its version, and where they come from. */
  synchronized String servedBy(String product) {
    return "Testcontainers %s (%s %s)".formatted(container.getDockerImageName(), product, version);
  }

  void close() {
    OpenBrokers.close(resource);
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
