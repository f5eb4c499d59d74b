package dev.parley.conformance.brokers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of an installed RabbitMQ: the server's own scripts and Erlang's port mapper.
 *
 * <p>Packages put wrappers onto the PATH that change the user and refuse everybody else, so the
 * scripts are taken from the server's own directory.
 */
record RabbitInstallation(Path server, Path ctl, Path epmd) {
  private static final String SERVER = "rabbitmq-server";

  /** Where packages put RabbitMQ; not every PATH has these. A star stands for one version. */
  private static final List<String> USUAL_PLACES =
      List.of(
          "/usr/sbin",
          "/usr/local/sbin",
          "/usr/lib/rabbitmq/bin",
          "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
          "/usr/local/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
          "/opt/rabbitmq/sbin",
          "/opt/rabbitmq_server-*/sbin",
          "/usr/local/opt/rabbitmq/sbin",
          "/opt/homebrew/opt/rabbitmq/sbin");

  static RabbitInstallation find() throws SourceUnavailableException {
    if (File.separatorChar != '/') {
      throw new SourceUnavailableException("needs the Unix scripts of RabbitMQ");
    }
    return find(System.getenv(), USUAL_PLACES.stream().flatMap(RabbitInstallation::expand));
  }

  static RabbitInstallation find(Map<String, String> environment, Stream<Path> usualPlaces)
      throws SourceUnavailableException {
    List<Path> path = path(environment);
    Path scripts =
        Stream.of(home(environment), path.stream(), usualPlaces)
            .flatMap(places -> places)
            .flatMap(place -> scripts(place).stream())
            .findFirst()
            .orElseThrow(() -> missing("RabbitMQ is not installed"));
    Path erlang = program(path, "erl").orElseThrow(() -> missing("erl is not on the PATH"));
    Path epmd =
        program(path, "epmd")
            .or(() -> besideErlang(erlang))
            .orElseThrow(() -> missing("Erlang has no epmd"));
    return new RabbitInstallation(scripts.resolve(SERVER), scripts.resolve("rabbitmqctl"), epmd);
  }

  private static SourceUnavailableException missing(String what) {
    return new SourceUnavailableException(what);
  }

  private static Stream<Path> home(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("RABBITMQ_HOME")).stream()
        .map(home -> Path.of(home, "sbin"));
  }

  private static List<Path> path(Map<String, String> environment) {
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .toList();
  }

  /** The directory of the scripts that the program in {@code place} leads to. */
  private static Optional<Path> scripts(Path place) {
    return real(place.resolve(SERVER))
        // Debian's is a link to a wrapper that lies beside links to the scripts themselves.
        .flatMap(found -> real(found.resolveSibling(SERVER)))
        .map(Path::getParent)
        .filter(directory -> Files.isReadable(directory.resolve("rabbitmq-env")))
        .filter(directory -> Files.isExecutable(directory.resolve("rabbitmqctl")));
  }

  private static Optional<Path> program(List<Path> path, String name) {
    return path.stream().map(entry -> entry.resolve(name)).filter(Files::isExecutable).findFirst();
  }

  private static Optional<Path> besideErlang(Path erlang) {
    // <root>/bin/erl belongs to <root>/erts-<version>/bin/epmd
    return real(erlang)
        .map(Path::getParent)
        .map(Path::getParent)
        .flatMap(root -> expand(root + "/erts-*/bin").findFirst())
        .map(bin -> bin.resolve("epmd"))
        .filter(Files::isExecutable);
  }

  private static Optional<Path> real(Path file) {
    if (!Files.isExecutable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(file.toRealPath());
    } catch (IOException vanished) {
      return Optional.empty();
    }
  }

  /** The directories that a pattern with at most one star stands for, the newest version first. */
  private static Stream<Path> expand(String pattern) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return Stream.of(Path.of(pattern));
    }
    Path parent = Path.of(pattern.substring(0, pattern.lastIndexOf('/', star)));
    int end = pattern.indexOf('/', star);
    String glob = pattern.substring(parent.toString().length() + 1, end);
    if (!Files.isDirectory(parent)) {
      return Stream.empty();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, glob)) {
      entries.forEach(entry -> found.add(Path.of(entry + pattern.substring(end))));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for RabbitMQ in " + parent, e);
    }
    return found.stream().sorted(Comparator.reverseOrder());
  }
}
