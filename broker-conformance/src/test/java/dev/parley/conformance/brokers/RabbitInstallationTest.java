package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class RabbitInstallationTest {
  @TempDir Path temporary;
  private Path root;
  private Path scripts;

  @BeforeEach
  void installAsTheDebianPackageDoes() throws IOException {
    root = temporary.toRealPath();
    scripts = root.resolve("lib/rabbitmq/lib/rabbitmq_server-9.9.9/sbin");
    program(scripts.resolve("rabbitmq-server"));
    program(scripts.resolve("rabbitmqctl"));
    program(scripts.resolve("rabbitmq-env"));
    Path bin = Files.createDirectories(root.resolve("lib/rabbitmq/bin"));
    Files.createSymbolicLink(bin.resolve("rabbitmq-server"), scripts.resolve("rabbitmq-server"));
    program(bin.resolve("rabbitmq-script-wrapper"));
    Files.createDirectories(root.resolve("sbin"));
    Files.createSymbolicLink(
        root.resolve("sbin/rabbitmq-server"), bin.resolve("rabbitmq-script-wrapper"));
    program(root.resolve("bin/erl"));
    program(root.resolve("bin/epmd"));
  }

  @Test
  void wrapperOnThePathLeadsToTheScriptsOfTheServer() throws Exception {
    RabbitInstallation found = RabbitInstallation.find(path("sbin", "bin"), Stream.empty());

    assertThat(found.server()).isEqualTo(scripts.resolve("rabbitmq-server"));
    assertThat(found.ctl()).isEqualTo(scripts.resolve("rabbitmqctl"));
    assertThat(found.epmd()).isEqualTo(root.resolve("bin/epmd"));
  }

  @Test
  void usualPlaceIsFoundWithoutThePath() throws Exception {
    assertThat(RabbitInstallation.find(path("bin"), Stream.of(scripts)).server())
        .isEqualTo(scripts.resolve("rabbitmq-server"));
  }

  @Test
  void homeWinsOverThePath() throws Exception {
    Path home = root.resolve("own");
    program(home.resolve("sbin/rabbitmq-server"));
    program(home.resolve("sbin/rabbitmqctl"));
    program(home.resolve("sbin/rabbitmq-env"));
    Map<String, String> environment =
        Map.of("RABBITMQ_HOME", home.toString(), "PATH", root + "/sbin:" + root + "/bin");

    assertThat(RabbitInstallation.find(environment, Stream.empty()).server())
        .isEqualTo(home.resolve("sbin/rabbitmq-server"));
  }

  @Test
  void epmdIsFoundInErlangsOwnDirectory() throws Exception {
    Path erlang = root.resolve("erlang");
    program(erlang.resolve("bin/erl"));
    program(erlang.resolve("erts-14.2/bin/epmd"));

    assertThat(RabbitInstallation.find(path("sbin", "erlang/bin"), Stream.empty()).epmd())
        .isEqualTo(erlang.resolve("erts-14.2/bin/epmd"));
  }

  @Test
  void reasonNamesWhatIsMissing() {
    assertThatThrownBy(() -> RabbitInstallation.find(path("bin"), Stream.empty()))
        .isInstanceOf(SourceUnavailableException.class)
        .hasMessage("RabbitMQ is not installed");
    assertThatThrownBy(() -> RabbitInstallation.find(path("sbin"), Stream.empty()))
        .hasMessage("erl is not on the PATH");
  }

  private Map<String, String> path(String... directories) {
    return Map.of(
        "PATH",
        String.join(
            ":",
            Stream.of(directories).map(directory -> root.resolve(directory).toString()).toList()));
  }

  private static void program(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
