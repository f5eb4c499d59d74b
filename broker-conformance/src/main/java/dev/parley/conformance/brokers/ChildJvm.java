package dev.parley.conformance.brokers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program with this class path in a JVM of its own, to be killed in the middle of its work. It is
 * gone with this JVM, whichever way this one ends. Used by one thread.
 */
public final class ChildJvm implements AutoCloseable {

  private final OwnedProcesses owned;
  private final Process process;
  private final File log;

  private ChildJvm(OwnedProcesses owned, Process process, File log) {
    this.owned = owned;
    this.process = process;
    this.log = log;
  }

  /** Runs the {@code main} of a class, with system properties. */
  public static ChildJvm run(Class<?> main, Map<String, String> properties) {
    try {
      OwnedProcesses owned = OwnedProcesses.inNewDirectory("parley-child");
      OpenBrokers.add(owned);
      File log = owned.directory().resolve("output.log").toFile();
      ProcessBuilder builder = new ProcessBuilder(command(main, properties));
      // Options meant for the JVM of the tests, a debugger's port among them, are not for this one.
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      builder.environment().remove("JDK_JAVA_OPTIONS");
      builder.redirectErrorStream(true).redirectOutput(log);
      return new ChildJvm(owned, owned.start(builder), log);
    } catch (IOException e) {
      throw new RealBrokerException("No child for " + main, e);
    }
  }

  private static List<String> command(Class<?> main, Map<String, String> properties) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /** Ends it by force, as a crash would. */
  public void kill() {
    owned.kill(process);
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it wrote so far, for the message of a failed test. */
  public String output() {
    try {
      return Files.readString(log.toPath());
    } catch (IOException e) {
      return "Its output cannot be read: " + e;
    }
  }

  @Override
  public void close() {
    OpenBrokers.close(owned);
  }
}
