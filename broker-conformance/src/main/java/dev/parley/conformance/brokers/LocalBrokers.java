package dev.parley.conformance.brokers;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code local-brokers}: real brokers for the time of a development session.
 *
 * <p>One thread runs it; the brokers are closed by the shutdown hook of {@link OpenBrokers}.
 */
@Command(
    name = "local-brokers",
    description = "Starts real brokers on this machine, until Ctrl-C or SIGTERM.",
    footer = {
      "",
      "Prints one line for each broker as soon as it accepts connections. It begins",
      "with the setting broker.url, to be copied into a configuration.",
      "",
      "Known brokers: kafka, rabbit and redis. Each is the first that works of its kinds.",
      "rabbit: RabbitMQ in a container (docker), the installed rabbitmq-server",
      "(installed), Apache Qpid Broker-J inside this process (qpid).",
      "kafka: Kafka in a container (docker), Kafka from this jar in a process of its",
      "own (jvm).",
      "redis: Redis in a container (docker), the installed redis-server (installed), the",
      "server of embedded-redis (embedded).",
      "PARLEY_TEST_RABBIT=installed and the like force one of them."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:A broker could not be started.",
      "2:The arguments are wrong.",
      "130, 143:Ended by Ctrl-C or SIGTERM."
    })
public final class LocalBrokers implements Callable<Integer> {
  private static final String LOGGING = "dev/parley/conformance/brokers/local-brokers-logback.xml";
  private static final int LAST_PORT = 65_535;

  @Parameters(arity = "1..*", paramLabel = "BROKER", description = "The brokers to start.")
  private Set<String> names = new LinkedHashSet<>();

  @Option(
      names = "--port",
      paramLabel = "BROKER=PORT",
      description = "The port of one of them. Default: a free one.")
  private Map<String, Integer> ports = new LinkedHashMap<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  /** Runs the command and ends this JVM with one of the exit codes above. */
  public static void main(String[] arguments) {
    // Before the first logger is made: the lines of this command are to be alone on its output.
    System.setProperty("logback.configurationFile", LOGGING);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new LocalBrokers()).setExecutionExceptionHandler(LocalBrokers::report);
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
    for (Map.Entry<BrokerLauncher, OptionalInt> entry : wanted(command).entrySet()) {
      start(entry.getKey(), entry.getValue(), command.getOut());
    }
    // For ever: only a signal ends this command, and the brokers with it.
    new CountDownLatch(1).await();
    return CommandLine.ExitCode.OK;
  }

  /** All mistakes of the user are found before anything is started. */
  private Map<BrokerLauncher, OptionalInt> wanted(CommandLine command) {
    Map<BrokerLauncher, OptionalInt> wanted = new LinkedHashMap<>();
    try {
      for (String name : names) {
        Integer port = ports.get(name);
        wanted.put(
            BrokerKinds.launcher(name),
            port == null ? OptionalInt.empty() : OptionalInt.of(requirePort(port)));
      }
      for (String name : ports.keySet()) {
        requireNamed(name);
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
    return wanted;
  }

  private void requireNamed(String name) {
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "--port names \"%s\", which is not among the brokers to start: %s"
              .formatted(name, String.join(", ", names)));
    }
  }

  private static int requirePort(int port) {
    if (port < 1 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "A port is a number from 1 to %d, not %d".formatted(LAST_PORT, port));
    }
    return port;
  }

  private static void start(BrokerLauncher launcher, OptionalInt port, PrintWriter out) {
    RealBroker broker = launcher.start(port).broker();
    out.println(
        "broker.url=%s   %s: %s".formatted(broker.url(), launcher.name(), broker.servedBy()));
    out.flush();
  }

  private static int report(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (failure instanceof RealBrokerException) {
      command.getErr().println(failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw failure;
  }
}
