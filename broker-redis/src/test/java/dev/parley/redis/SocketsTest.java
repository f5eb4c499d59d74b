package dev.parley.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.PublishOptions;
import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SocketsTest {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** The client library has a socket to ask for names, one for each I/O thread, if it is let. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void noSocketIsLeftOfBrokersThatWereClosed() throws Exception {
    RealBroker redis = RealBrokers.redis();
    use(redis); // what libraries keep for the whole process is there then
    Set<String> before = sockets();

    for (int i = 0; i < 20; i++) {
      use(redis);
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              Set<String> more = sockets();
              more.removeAll(before);
              assertThat(more).isEmpty();
            });
  }

  private static void use(RealBroker redis) {
    try (Broker server = Broker.of(redis.url());
        Broker client = Broker.of(redis.url())) {
      server.subscribe("sockets", String.class, body -> body);
      server.start();
      for (int i = 0; i < 20; i++) {
        assertThat(client.publish("x", PublishOptions.to("sockets").callback(String.class)))
            .isEqualTo("x");
      }
    }
  }

  private static Set<String> sockets() throws IOException {
    Set<String> sockets = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path each : all) {
        sockets.add(target(each));
      }
    }
    sockets.removeIf(target -> !target.startsWith("socket:"));
    return sockets;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException closedMeanwhile) {
      return "";
    }
  }
}
