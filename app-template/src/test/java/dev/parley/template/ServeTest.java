package dev.parley.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * In a process of its own, because it ends with it. The test's thread reads the log of that
 * process, which nothing interrupts: when the time is up, JUnit's thread goes on and {@link #kill}
 * ends both.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
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
      String serving = "Serving [orders, receipts, rpc_queue, prices, prices.list]";
      assertThat(readUntil(log, serving)).last().asString().endsWith(serving);

      process.toHandle().destroy(); // SIGTERM; Process.destroy() would close the log too

      List<String> last = log.lines().toList();
      assertThat(last).anyMatch(line -> line.contains("Stopping; counted so far"));
      assertThat(last).last().asString().endsWith("Stopped");
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
  }

  /** The lines up to the first with that end, or all when the process ends without it. */
  private static List<String> readUntil(BufferedReader log, String end) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      lines.add(line);
      if (line.endsWith(end)) {
        break;
      }
    }
    return lines;
  }
}
