package dev.parley.conformance.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class OwnedProcessesTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Test
  void closeEndsProcessesWithDescendantsAndRemovesTheirDirectory() throws IOException {
    OwnedProcesses processes = OwnedProcesses.inNewDirectory("parley-test-");
    processes.start(new ProcessBuilder("sh", "-c", "sleep 600 & sleep 600 & wait"));
    Awaitility.await().atMost(LIMIT).until(() -> processes.handles().size() == 4);
    List<ProcessHandle> handles = processes.handles();

    processes.close();
    processes.close();

    assertThat(processes.directory()).doesNotExist();
    assertAllEnd(handles);
  }

  @Test
  void stopEndsByForceWhatDoesNotObey() throws IOException {
    try (OwnedProcesses processes = OwnedProcesses.inNewDirectory("parley-test-")) {
      Process deaf =
          processes.start(
              new ProcessBuilder(
                  "sh", "-c", "trap '' TERM; touch deaf; while true; do sleep 1; done"));
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> Files.exists(processes.directory().resolve("deaf")));

      assertThatThrownBy(() -> processes.stop(deaf, Duration.ofMillis(300)))
          .hasMessageContaining("did not stop within PT0.3S");
      assertThat(deaf.isAlive()).isFalse();
    }
  }

  @Test
  void nothingStartsAfterClose() throws IOException {
    OwnedProcesses processes = OwnedProcesses.inNewDirectory("parley-test-");
    processes.close();

    assertThatThrownBy(() -> processes.start(new ProcessBuilder("true")))
        .isInstanceOf(RealBrokerException.class);
  }

  @Test
  void guardEndsTheLastProcessesItWasToldWhenItsPipeCloses(@TempDir Path parent) throws Exception {
    Path directory = Files.createDirectory(parent.resolve("with space"));
    Files.writeString(directory.resolve("data"), "x");
    Process released = new ProcessBuilder("sleep", "600").start();
    Process watched = new ProcessBuilder("sleep", "600").start();
    try {
      OrphanGuard guard = OrphanGuard.of(directory);
      guard.watch(List.of(released.pid()));
      guard.watch(List.of(watched.pid()));

      guard.close();

      assertAllEnd(List.of(watched.toHandle()));
      assertThat(released.isAlive()).isTrue();
      assertThat(directory).doesNotExist();
    } finally {
      released.destroyForcibly();
      watched.destroyForcibly();
    }
  }

  private static void assertAllEnd(List<ProcessHandle> handles) {
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(handles).noneMatch(ProcessHandle::isAlive));
  }
}
