package dev.parley.conformance.brokers;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The Docker engine, where there is one that Testcontainers can use. */
final class DockerEngine {
  private DockerEngine() {}

  /** Brokers in containers, by what starts one on a given port of the host. */
  static BrokerSource source(IntFunction<RealBroker> launch) {
    return new BrokerSource() {
      @Override
      public String word() {
        return "docker";
      }

      @Override
      public RealBroker start(OptionalInt port) throws SourceUnavailableException {
        require();
        return launch.apply(LocalPorts.take(port));
      }
    };
  }

  /** Throws within moments, and without a word in the log, where there is nothing like Docker. */
  static void require() throws SourceUnavailableException {
    // Testcontainers itself logs errors with stack traces where it finds none, so it is asked last.
    if (!isConfigured(System.getenv(), home()) && sockets().noneMatch(DockerEngine::answers)) {
      throw new SourceUnavailableException("no Docker engine answers");
    }
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new SourceUnavailableException("the Docker engine cannot be used by Testcontainers");
    }
  }

  private static boolean isConfigured(Map<String, String> environment, Path home)
      throws SourceUnavailableException {
    return environment.containsKey("DOCKER_HOST")
        || environment.containsKey("TESTCONTAINERS_DOCKER_CLIENT_STRATEGY")
        || namesHost(home.resolve(".testcontainers.properties"))
        // A Windows pipe cannot be connected to from here without side effects.
        || Files.exists(Path.of("//./pipe/docker_engine"));
  }

  private static boolean namesHost(Path file) throws SourceUnavailableException {
    if (!Files.isReadable(file)) {
      return false;
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new SourceUnavailableException("cannot read " + file + ": " + e.getMessage());
    }
    return Stream.of("docker.host", "tc.host", "docker.client.strategy")
        .anyMatch(properties::containsKey);
  }

  /** Where Docker Engine, rootless Docker, Docker Desktop and Colima-like tools listen. */
  private static Stream<Path> sockets() {
    Stream<Path> runtime =
        Stream.ofNullable(System.getenv("XDG_RUNTIME_DIR")).map(dir -> Path.of(dir, "docker.sock"));
    return Stream.concat(
        runtime,
        Stream.of(
            Path.of("/var/run/docker.sock"),
            home().resolve(".docker/run/docker.sock"),
            home().resolve(".docker/desktop/docker.sock")));
  }

  private static boolean answers(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | UnsupportedOperationException nobodyListens) {
      return false;
    }
  }

  private static Path home() {
    return Path.of(System.getProperty("user.home"));
  }
}
