package dev.parley.faults;

import dev.parley.conformance.brokers.RealBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A disk of our own that can be full: memory that is mounted as one, which takes root on Linux.
 * Used by one thread.
 */
final class SmallDisk implements AutoCloseable {

  private static final String SIZE = "size=256m";
  private static final int PIECE = 64 * 1024;
  private static final long LIMIT_SECONDS = 10;

  private final Path directory;
  private final Thread unmounting = new Thread(this::unmount, "faults-unmount");

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Empty where none can be mounted. */
  static Optional<SmallDisk> mount() {
    try {
      Path directory = Files.createTempDirectory("parley-disk-");
      SmallDisk disk = new SmallDisk(directory);
      if (!run("mount", "-t", "tmpfs", "-o", SIZE, "parley", directory.toString())) {
        Files.delete(directory);
        return Optional.empty();
      }
      Runtime.getRuntime().addShutdownHook(disk.unmounting);
      return Optional.of(disk);
    } catch (IOException e) { // there is no mount
      return Optional.empty();
    }
  }

  Path directory() {
    return directory;
  }

  /**
   * There is no room for the server's data: it says no, or ends. Started anew, it has room again.
   */
  Breakage full(RealBroker server, Duration lasting) {
    return Breakage.of(
            "disk full",
            scene -> fill(),
            scene -> {
              server.kill();
              free();
              server.start();
            })
        .lasting(lasting);
  }

  /** Takes all that is left. */
  private void fill() throws IOException {
    byte[] piece = new byte[PIECE];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      while (Files.getFileStore(directory).getUsableSpace() > 0) {
        out.write(piece);
      }
    } catch (IOException full) {
      if (Files.getFileStore(directory).getUsableSpace() > 0) {
        throw full;
      }
    }
  }

  /** Gives back what {@link #fill} took. */
  void free() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  private void unmount() {
    try {
      run("umount", "-l", directory.toString());
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new IllegalStateException("The disk at " + directory + " stays mounted", e);
    }
  }

  private static boolean run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(unmounting);
    unmount();
  }
}
