package dev.parley.conformance.brokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The RabbitMQ installed on this machine, run as a private node on a port of its own.
 *
 * <p>{@code this} guards the two processes. {@link #close()} takes no lock of this class, so that a
 * shutdown hook can end a start that is under way.
 */
final class InstalledRabbit implements RealBroker {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration CTL_LIMIT = Duration.ofSeconds(60);

  private final RabbitNode node;
  private final OwnedProcesses processes;
  private @Nullable Process epmd;
  private @Nullable Process server;
  private String version = "";

  private InstalledRabbit(RabbitNode node, OwnedProcesses processes) {
    this.node = node;
    this.processes = processes;
  }

  static BrokerSource source() {
    return new BrokerSource() {
      @Override
      public String word() {
        return "installed";
      }

      @Override
      public RealBroker start(OptionalInt port) throws SourceUnavailableException {
        return launch(RabbitInstallation.find(), port);
      }
    };
  }

  static InstalledRabbit launch(RabbitInstallation installation, OptionalInt port) {
    return launch(directory -> RabbitNode.prepare(installation, directory, port));
  }

  /** With its data in that directory, and further lines of configuration. */
  static InstalledRabbit launch(Path data, List<String> further) {
    return launch(
        directory ->
            RabbitNode.prepare(
                RabbitInstallation.find(), directory, data, further, OptionalInt.empty()));
  }

  /** Writes what a node needs into a directory. */
  private interface Preparation {
    RabbitNode in(Path directory) throws IOException, SourceUnavailableException;
  }

  private static InstalledRabbit launch(Preparation preparation) {
    OwnedProcesses processes = null;
    try {
      processes = OwnedProcesses.inNewDirectory("parley-rabbit-");
      OpenBrokers.add(processes);
      RabbitNode node = preparation.in(processes.directory());
      InstalledRabbit broker = new InstalledRabbit(node, processes);
      broker.start();
      return broker;
    } catch (IOException | SourceUnavailableException | RuntimeException e) {
      if (processes != null) {
        OpenBrokers.close(processes);
      }
      throw new RealBrokerException("rabbitmq-server did not start: " + e.getMessage(), e);
    }
  }

  @Override
  public String url() {
    return AmqpServer.url(LocalPorts.LOOPBACK, node.port());
  }

  @Override
  public synchronized String servedBy() {
    return "installed rabbitmq-server %s on a private port".formatted(version);
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return Map.of();
  }

  @Override
  public synchronized void start() {
    if (server != null && server.isAlive()) {
      return;
    }
    if (epmd == null || !epmd.isAlive()) {
      epmd = processes.start(node.epmd().redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }
    server = processes.start(node.server());
    version =
        Readiness.await(() -> AmqpServer.at(url()), Readiness.Pause.watching(server), node::logTail)
            .version();
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
    ctl("set_vm_memory_high_watermark", RabbitNode.MEMORY_HIGH_WATERMARK);
  }

  @Override
  public String ctl(String... arguments) {
    try {
      Path output = Files.createTempFile(node.directory(), "ctl-", ".out");
      try {
        return run(List.of(arguments), output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep the output of rabbitmqctl", e);
    }
  }

  private String run(List<String> arguments, Path output) throws IOException {
    Process command = processes.start(node.ctl(arguments, output));
    try {
      if (!command.waitFor(CTL_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new RealBrokerException(
            "rabbitmqctl %s took longer than %s".formatted(arguments, CTL_LIMIT));
      }
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("running rabbitmqctl " + arguments, e);
    } finally {
      processes.kill(command);
    }
    String text = Files.readString(output);
    if (command.exitValue() != 0) {
      throw new RealBrokerException("rabbitmqctl %s failed: %s".formatted(arguments, text));
    }
    return text;
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
