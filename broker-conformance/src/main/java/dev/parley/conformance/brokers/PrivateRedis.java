package dev.parley.conformance.brokers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server run as a process of our own, with its own port and directory. It writes every
 * command to its append-only file before it answers, so that a kill loses nothing.
 *
 * <p>{@code this} guards the process. {@link #close()} takes no lock of this class, so that a
 * shutdown hook can end a start that is under way.
 */
final class PrivateRedis implements RealBroker {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final int CLUSTER_BUS = 10_000; // above the port, in every version
  private static final int LOG_TAIL_LINES = 40;

  private final RedisProgram program;
  private final Path executable;
  private final int port;
  private final List<String> options;
  private final OwnedProcesses processes;
  private @Nullable Process server;
  private String version = "";

  private PrivateRedis(
      RedisProgram program,
      Path executable,
      int port,
      List<String> options,
      OwnedProcesses processes) {
    this.program = program;
    this.executable = executable;
    this.port = port;
    this.options = options;
    this.processes = processes;
  }

  /** A program that is looked for when a server is wanted. */
  interface Finder {
    RedisProgram find() throws SourceUnavailableException;
  }

  static BrokerSource source(String word, Finder finder) {
    return new BrokerSource() {
      @Override
      public String word() {
        return word;
      }

      @Override
      public RealBroker start(OptionalInt port) throws SourceUnavailableException {
        return launch(finder.find(), LocalPorts.take(port), List.of());
      }
    };
  }

  /** Starts one with further options of its command line. */
  static PrivateRedis launch(List<String> options) {
    try {
      int port =
          options.contains("--cluster-enabled")
              ? LocalPorts.freeWith(CLUSTER_BUS)
              : LocalPorts.free();
      return launch(program(), port, options);
    } catch (SourceUnavailableException e) {
      throw new RealBrokerException("No redis-server can be run here: " + e.getMessage(), e);
    }
  }

  /** The one that tests are run with, where it is a program of this machine. */
  private static RedisProgram program() throws SourceUnavailableException {
    if (TestSettings.ofThisProcess().read("redis").filter("embedded"::equals).isPresent()) {
      return RedisProgram.embedded();
    }
    try {
      return RedisProgram.installed();
    } catch (SourceUnavailableException e) {
      return RedisProgram.embedded();
    }
  }

  /** Starts it with further options of its command line. */
  static PrivateRedis launch(RedisProgram program, int port, List<String> options) {
    OwnedProcesses processes = null;
    try {
      processes = OwnedProcesses.inNewDirectory("parley-redis-");
      OpenBrokers.add(processes);
      Path executable = program.locator().locate(processes.directory());
      PrivateRedis redis = new PrivateRedis(program, executable, port, options, processes);
      redis.start();
      return redis;
    } catch (IOException | RuntimeException e) {
      if (processes != null) {
        OpenBrokers.close(processes);
      }
      throw new RealBrokerException("redis-server did not start: " + e.getMessage(), e);
    }
  }

  @Override
  public String url() {
    return RedisServer.url(LocalPorts.LOOPBACK, port);
  }

  @Override
  public synchronized String servedBy() {
    return "%s %s on a private port".formatted(program.origin(), version);
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return BrokerCapability.amqpIsMissing();
  }

  @Override
  public synchronized void start() {
    if (server != null && server.isAlive()) {
      return;
    }
    List<String> command = new ArrayList<>(List.of(executable.toString()));
    command.addAll(
        List.of("--port", String.valueOf(port), "--bind", LocalPorts.LOOPBACK, "--save", ""));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    server =
        processes.start(builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())));
    version =
        Readiness.await(
                () -> RedisServer.at(url()), Readiness.Pause.watching(server), this::logTail)
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
    RedisServer.closeAllConnections(url());
  }

  @Override
  public void blockPublishers() {
    RedisServer.blockPublishers(url());
  }

  @Override
  public void unblockPublishers() {
    RedisServer.unblockPublishers(url());
  }

  @Override
  public String ctl(String... arguments) {
    return RedisServer.run(url(), arguments);
  }

  private Path log() {
    return processes.directory().resolve("server.log");
  }

  private String logTail() {
    try (Stream<String> lines = Files.lines(log())) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - LOG_TAIL_LINES), all.size()));
    } catch (IOException e) {
      return "Its log cannot be read: " + e;
    }
  }

  /** Everything that runs for this broker, for the test that nothing of it stays. */
  List<ProcessHandle> handles() {
    return processes.handles();
  }

  Path directory() {
    return processes.directory();
  }

  @Override
  public void close() {
    OpenBrokers.close(processes);
  }
}
