package dev.parley.conformance.brokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes of one server and their directory, all of which are gone after {@link #close()} or
 * after the end of this JVM, whichever way it ends.
 *
 * <p>Any thread may call; {@code this} guards the processes and the guard. Nothing waits for a
 * server to become ready while it holds the lock, so a shutdown hook is never kept waiting.
 */
final class OwnedProcesses implements OpenBrokers.Resource {
  private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);
  private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(2);

  private final Path directory;
  private final OrphanGuard guard;
  private final Map<Long, Process> running = new LinkedHashMap<>();
  private boolean closed;

  private OwnedProcesses(Path directory, OrphanGuard guard) {
    this.directory = directory;
    this.guard = guard;
  }

  /** Makes a temporary directory, which ends with these processes. */
  static OwnedProcesses inNewDirectory(String prefix) throws IOException {
    Path directory = Files.createTempDirectory(prefix);
    return new OwnedProcesses(directory, OrphanGuard.of(directory));
  }

  Path directory() {
    return directory;
  }

  /** Starts a process that reads nothing, or fails when these processes are closed. */
  synchronized Process start(ProcessBuilder builder) {
    if (closed) {
      throw new RealBrokerException("The broker is closed; start another one");
    }
    try {
      Process process = builder.directory(directory.toFile()).start();
      process.getOutputStream().close();
      running.put(process.pid(), process);
      guard.watch(running.keySet());
      return process;
    } catch (IOException e) {
      throw new RealBrokerException("Cannot start " + builder.command().get(0), e);
    }
  }

  /** Asks a process to end, and ends it by force, with an exception, when it does not. */
  void stop(Process process, Duration limit) {
    try {
      process.destroy();
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        kill(process);
        throw new RealBrokerException("The server did not stop within " + limit);
      }
      forget(process);
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("stopping a server", e);
    }
  }

  /** Ends a process and all its descendants by force and waits until they are gone. */
  void kill(Process process) {
    // Before its parent dies: afterwards, nobody knows whose they are.
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    awaitDeath(process, descendants);
    forget(process);
  }

  /** The processes that run now, the guard among them, with their descendants. */
  synchronized List<ProcessHandle> handles() {
    return Stream.concat(
            ProcessHandle.of(guard.pid()).stream(),
            running.values().stream().map(Process::toHandle))
        .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
        .toList();
  }

  @Override
  public void close() {
    List<Process> last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = List.copyOf(running.values());
    }
    last.forEach(this::kill);
    releaseGuard();
  }

  private synchronized void releaseGuard() {
    try {
      guard.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + directory, e);
    }
  }

  private synchronized void forget(Process process) {
    running.remove(process.pid());
    try {
      guard.watch(running.keySet());
    } catch (IOException e) {
      throw new UncheckedIOException("The guard of " + directory + " is gone", e);
    }
  }

  private static void awaitDeath(Process process, List<ProcessHandle> descendants) {
    try {
      if (!process.waitFor(DEATH_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new RealBrokerException("Process %d does not end".formatted(process.pid()));
      }
      // Not strictly: a dead orphan stays visible until its new parent has looked at it.
      CompletableFuture.allOf(
              descendants.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .completeOnTimeout(null, ORPHAN_LIMIT.toNanos(), TimeUnit.NANOSECONDS)
          .join();
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("ending process " + process.pid(), e);
    }
  }
}
