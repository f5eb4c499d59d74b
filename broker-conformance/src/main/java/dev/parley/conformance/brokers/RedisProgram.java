package dev.parley.conformance.brokers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.error.OsArchitectureNotFound;

/** A {@code redis-server} that can be run here, and where it came from, for people. */
record RedisProgram(String origin, Locator locator) {

  /** Gives the program; may unpack it into the directory of the server. */
  interface Locator {
    Path locate(Path directory) throws IOException;
  }

  /** The installed one. */
  static RedisProgram installed() throws SourceUnavailableException {
    String path = System.getenv().getOrDefault("PATH", "");
    Optional<Path> found =
        Stream.concat(
                Arrays.stream(path.split(File.pathSeparator)).filter(entry -> !entry.isEmpty()),
                Stream.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"))
            .map(directory -> Path.of(directory, "redis-server"))
            .filter(Files::isExecutable)
            .findFirst();
    Path program =
        found.orElseThrow(() -> new SourceUnavailableException("redis-server is not installed"));
    return new RedisProgram("installed redis-server", directory -> program);
  }

  /** The one in the jar of embedded-redis. */
  static RedisProgram embedded() throws SourceUnavailableException {
    ExecutableProvider provider;
    try {
      provider =
          ExecutableProvider.newJarResourceProvider(
              () -> Files.createTempDirectory("parley-redis-program-").toFile());
    } catch (OsArchitectureNotFound e) {
      throw new SourceUnavailableException("embedded-redis has no server for this machine");
    }
    return new RedisProgram(
        "redis-server of embedded-redis", directory -> move(provider, directory));
  }

  /** Into the directory that is removed with the server. */
  private static Path move(ExecutableProvider provider, Path directory) throws IOException {
    Path target = directory.resolve("redis-server");
    Path unpacked = provider.get().toPath();
    try {
      Files.copy(unpacked, target);
    } finally {
      Files.delete(unpacked);
      Files.delete(unpacked.resolveSibling("")); // the directory made for it
    }
    if (!target.toFile().setExecutable(true)) {
      throw new IOException(target + " cannot be made executable");
    }
    return target;
  }
}
