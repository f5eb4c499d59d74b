package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LocalBrokersTest {
  private static final int SIGTERM_EXIT = 143;
  private static final Pattern LINE = Pattern.compile("broker\\.url=(amqp://\\S+)   rabbit: (.*)");

  @TempDir Path temporary;
  private Process command;

  @AfterEach
  void endTheCommand() throws InterruptedException {
    if (command != null) {
      command.destroy();
      assertThat(command.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void sigtermEndsTheInstalledServerAndLeavesNothing() throws Exception {
    InstalledServer.orSkip();
    Matcher line = start("installed");
    assertThat(line.group(2)).startsWith("installed rabbitmq-server");
    assertServes(line.group(1));
    List<ProcessHandle> all = command.descendants().toList();
    assertThat(all).hasSizeGreaterThan(3);

    command.destroy();

    assertThat(command.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).isEqualTo(SIGTERM_EXIT);
    assertNothingLeft(all);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void deathOfTheCommandEndsTheInstalledServerAndLeavesNothing() throws Exception {
    InstalledServer.orSkip();
    start("installed");
    List<ProcessHandle> all = command.descendants().toList();

    command.destroyForcibly();

    assertThat(command.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertNothingLeft(all);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void sigtermEndsTheBrokerInsideTheCommand() throws Exception {
    Matcher line = start("qpid");
    assertThat(line.group(2)).startsWith("Apache Qpid Broker-J");
    assertServes(line.group(1));

    command.destroy();

    assertThat(command.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).isEqualTo(SIGTERM_EXIT);
    assertNothingLeft(List.of());
  }

  @Test
  void unknownBrokerIsAWrongArgument() {
    StringWriter errors = new StringWriter();

    assertThat(run(errors, "rabbit", "zeromq")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("\"zeromq\"").contains("known are: kafka, rabbit");
  }

  @Test
  void noBrokerIsAWrongArgument() {
    StringWriter errors = new StringWriter();

    assertThat(run(errors)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("BROKER");
  }

  @Test
  void portOfABrokerThatIsNotStartedIsAWrongArgument() {
    StringWriter errors = new StringWriter();

    assertThat(run(errors, "rabbit", "--port", "redis=7000")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("\"redis\"");
  }

  @Test
  void brokerThatCannotStartIsAFailureWithTheReason() throws IOException {
    StringWriter errors = new StringWriter();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "rabbit=" + taken.getLocalPort();

      assertThat(run(errors, "rabbit", "--port", port)).isEqualTo(CommandLine.ExitCode.SOFTWARE);
      assertThat(errors.toString()).contains("in use").doesNotContain("Exception");
    }
  }

  private static int run(StringWriter errors, String... arguments) {
    return LocalBrokers.commandLine().setErr(new PrintWriter(errors, true)).execute(arguments);
  }

  /** Starts the command and returns its only line of output. */
  private Matcher start(String source) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-Djava.io.tmpdir=" + temporary,
            "-Dparley.test.rabbit=" + source,
            // No file that this test would take for the command's.
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            LocalBrokers.class.getName(),
            "rabbit");
    command = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output = command.inputReader();
    CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> readLine(output));
    Matcher line = LINE.matcher(first.get(60, TimeUnit.SECONDS));
    assertThat(line.matches()).as("%s", first.join()).isTrue();
    return line;
  }

  private static String readLine(BufferedReader output) {
    try {
      return String.valueOf(output.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertServes(String url) throws Exception {
    try (AmqpClient client = AmqpClient.connect(url)) {
      client.declareDurable("local");
      client.publishConfirmed("local", "hello");
      assertThat(client.take("local")).isEqualTo("hello");
    }
  }

  private void assertNothingLeft(List<ProcessHandle> processes) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              assertThat(processes).noneMatch(ProcessHandle::isAlive);
              assertThat(temporary).isEmptyDirectory();
            });
  }
}
