package dev.parley.conformance.brokers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How an installed RabbitMQ is run as a node of our own: its files in one directory, its ports, and
 * the environment of its scripts. Nothing of the machine's own RabbitMQ is read or touched: not its
 * configuration, not its cookie, not its port mapper.
 */
record RabbitNode(
    RabbitInstallation installation,
    Path directory,
    Path data,
    int port,
    int distributionPort,
    int epmdPort) {

  /** RabbitMQ's default up to 3.13; written down, so that unblocking knows what to go back to. */
  static final String MEMORY_HIGH_WATERMARK = "0.4";

  private static final int LOG_TAIL_LINES = 40;

  /** Writes the node's configuration into an empty directory, where its data will be as well. */
  static RabbitNode prepare(RabbitInstallation installation, Path directory, OptionalInt port)
      throws IOException {
    return prepare(installation, directory, directory.resolve("data"), List.of(), port);
  }

  /**
   * Writes the node's configuration into an empty directory.
   *
   * @param data where its data will be
   * @param further lines of the configuration
   */
  static RabbitNode prepare(
      RabbitInstallation installation,
      Path directory,
      Path data,
      List<String> further,
      OptionalInt port)
      throws IOException {
    RabbitNode node =
        new RabbitNode(
            installation,
            directory,
            data,
            LocalPorts.take(port),
            LocalPorts.free(),
            LocalPorts.free());
    Files.writeString(
        node.file("rabbitmq.conf"), node.configuration() + String.join("\n", further) + "\n");
    Files.writeString(node.file("enabled_plugins"), "[].\n");
    Files.writeString(node.file("rabbitmq-env.conf"), "");
    Files.createDirectory(node.file("home"));
    return node;
  }

  /** The port mapper, in the foreground, so that it has a process id and an end. */
  ProcessBuilder epmd() {
    return command(
        installation.epmd(), "-address", LocalPorts.LOOPBACK, "-port", String.valueOf(epmdPort));
  }

  ProcessBuilder server() {
    ProcessBuilder builder = command(installation.server());
    Map<String, String> environment = builder.environment();
    // The script then becomes the server (exec) and passes signals on without help from a shell.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    // +B i: Ctrl-C on the terminal reaches the server too, but ending it is our affair.
    environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+B i");
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log()));
  }

  /** {@code rabbitmqctl}; its output goes to {@code output}. */
  ProcessBuilder ctl(List<String> arguments, Path output) {
    ProcessBuilder builder = command(installation.ctl(), arguments.toArray(String[]::new));
    return builder.redirectOutput(output.toFile());
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** The last lines that the server wrote; why it died is usually among them. */
  String logTail() {
    try (Stream<String> lines = Files.lines(log().toPath(), StandardCharsets.ISO_8859_1)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - LOG_TAIL_LINES), all.size()));
    } catch (IOException e) {
      return "Its log cannot be read: " + e;
    }
  }

  private File log() {
    return file("server.log").toFile();
  }

  private String configuration() {
    return """
        listeners.tcp.local = %s:%d
        vm_memory_high_watermark.relative = %s
        log.console = true
        log.console.level = warning
        """
        .formatted(LocalPorts.LOOPBACK, port, MEMORY_HIGH_WATERMARK);
  }

  private ProcessBuilder command(Path program, String... arguments) {
    List<String> command =
        Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    // Nothing else is inherited: any RABBITMQ_* or ERL_* of the caller would change the node.
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().putAll(environment());
    return builder;
  }

  private Map<String, String> environment() {
    return Map.ofEntries(
        Map.entry("HOME", file("home").toString()),
        Map.entry("LANG", "C.UTF-8"),
        Map.entry("LC_ALL", "C.UTF-8"),
        Map.entry("ERL_EPMD_ADDRESS", LocalPorts.LOOPBACK),
        Map.entry("ERL_EPMD_PORT", String.valueOf(epmdPort)),
        Map.entry("ERL_FLAGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        Map.entry("RABBITMQ_NODENAME", "parley-" + port + "@localhost"),
        Map.entry("RABBITMQ_DIST_PORT", String.valueOf(distributionPort)),
        Map.entry("RABBITMQ_MNESIA_BASE", data.toString()),
        Map.entry("RABBITMQ_LOG_BASE", file("log").toString()),
        Map.entry("RABBITMQ_LOGS", "-"),
        Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins").toString()),
        Map.entry("RABBITMQ_CONF_ENV_FILE", file("rabbitmq-env.conf").toString()),
        Map.entry("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf").toString()),
        Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", file("advanced.config").toString()));
  }
}
