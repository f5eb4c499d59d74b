package dev.parley.conformance.brokers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A tiny shell process that outlives this JVM by a moment, to end its servers and to remove their
 * files when the JVM had no chance to (killed by force, crashed, out of memory).
 *
 * <p>It reads lines of process ids, of which the last is current, from a pipe that the operating
 * system closes with the JVM. Not thread-safe: {@link OwnedProcesses} guards it.
 */
final class OrphanGuard implements AutoCloseable {
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      pids=
      while IFS= read -r line; do pids=$line; done
      if [ -n "$pids" ]; then kill -9 $pids 2>/dev/null; sleep 1; fi
      rm -rf -- "$1"
      """;

  private final Process shell;
  private final OutputStream pipe;

  private OrphanGuard(Process shell) {
    this.shell = shell;
    this.pipe = shell.getOutputStream();
  }

  /** Guards a directory that may be removed with all it contains. */
  static OrphanGuard of(Path directory) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", SCRIPT, "parley-orphan-guard", directory.toString());
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return new OrphanGuard(builder.start());
  }

  /** Replaces the processes to end; an empty collection is none. */
  void watch(Collection<Long> pids) throws IOException {
    String line = pids.stream().map(String::valueOf).collect(Collectors.joining(" ")) + "\n";
    pipe.write(line.getBytes(StandardCharsets.US_ASCII));
    pipe.flush();
  }

  long pid() {
    return shell.pid();
  }

  /** Makes the guard act now, as it would at the end of the JVM, and waits for it. */
  @Override
  public void close() throws IOException {
    pipe.close();
    try {
      if (!shell.waitFor(10, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("removing the files of a server", e);
    }
  }
}
