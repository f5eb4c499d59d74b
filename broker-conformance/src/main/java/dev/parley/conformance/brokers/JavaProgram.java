package dev.parley.conformance.brokers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A main class in a JVM of its own, which a test may stop, continue and kill; it ends with this JVM
 * at the latest. Used by one thread at a time.
 */
public final class JavaProgram implements AutoCloseable {

  private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);

  private final OwnedProcesses processes;
  private final Process process;

  private JavaProgram(OwnedProcesses processes, Process process) {
    this.processes = processes;
    this.process = process;
  }

  /**
   * Starts the class with the class path of this JVM; what it prints goes to {@code output}, behind
   * what is there.
   */
  public static JavaProgram start(Class<?> main, List<String> arguments, Path output) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    String logging = System.getProperty("logback.configurationFile");
    if (logging != null) {
      command.add("-Dlogback.configurationFile=" + logging);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Options meant for the JVM of the tests are not for this one.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return owned(builder);
  }

  private static JavaProgram owned(ProcessBuilder builder) {
    try {
      OwnedProcesses processes = OwnedProcesses.inNewDirectory("parley-java-");
      OpenBrokers.add(processes);
      return new JavaProgram(processes, processes.start(builder));
    } catch (IOException e) {
      throw new RealBrokerException("No JVM could be started: " + e.getMessage(), e);
    }
  }

  /** Whether it runs, stopped or not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** {@code SIGKILL}: it has no chance to do anything. */
  public void kill() {
    processes.kill(process);
  }

  /** {@code SIGSTOP}: it stands still, and its connections stay open. */
  public void freeze() {
    signal("STOP");
  }

  /** {@code SIGCONT}: it goes on as if nothing had been. */
  public void thaw() {
    signal("CONT");
  }

  /** {@code SIGTERM}: it ends as it sees fit, but within that time. */
  public void terminate(Duration limit) {
    processes.stop(process, limit);
  }

  private void signal(String name) {
    Process kill =
        processes.start(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())));
    try {
      if (!kill.waitFor(SIGNAL_LIMIT.toNanos(), TimeUnit.NANOSECONDS) || kill.exitValue() != 0) {
        throw new RealBrokerException(
            "Signal %s was not sent to %d".formatted(name, process.pid()));
      }
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("sending a signal", e);
    } finally {
      processes.kill(kill);
    }
  }

  @Override
  public void close() {
    OpenBrokers.close(processes);
  }
}
