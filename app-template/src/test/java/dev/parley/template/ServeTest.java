package dev.parley.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a process of its own, because it ends with it. */
@Timeout(60)
class ServeTest {
  private Process process;

  @BeforeEach
  void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                App.class.getName(),
                "serve",
                "--broker.url=memory:serve-test")
            .start();
  }

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  @Test
  void servesUntilSigtermThenDrainsAndExitsWith143() throws Exception {
    try (BufferedReader log =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      assertThat(readUntil(log, "Serving [orders, receipts, rpc_queue, prices, prices.list]"))
          .isTrue();

      process.toHandle().destroy(); // SIGTERM; Process.destroy() would close the log too

      List<String> last = log.lines().toList();
      assertThat(last).anyMatch(line -> line.contains("Stopping; counted so far"));
      assertThat(last).last().asString().endsWith("Stopped");
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
  }

  private static boolean readUntil(BufferedReader log, String end) throws IOException {
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      if (line.endsWith(end)) {
        return true;
      }
    }
    return false;
  }
}
