package dev.parley.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.conformance.brokers.RealBrokers;
import dev.parley.spi.Address;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections by amqps, to a broker behind a TLS server whose certificate is for localhost. */
final class TlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir private Path directory;
  private SSLServerSocket server;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    Path keys = directory.resolve("keys.p12");
    run(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost",
        "-keystore",
        keys.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD);
    KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread accepting = new Thread(this::accept, "tls-accept");
    accepting.setDaemon(true);
    accepting.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    URI broker = URI.create(RealBrokers.rabbit().url());
    try {
      while (!server.isClosed()) {
        Socket client = server.accept();
        Socket target = new Socket(broker.getHost(), broker.getPort());
        sockets.add(client);
        sockets.add(target);
        pump(client, target);
        pump(target, client);
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static void pump(Socket from, Socket to) {
    Runnable pumping =
        () -> {
          try (from;
              to) {
            from.getInputStream().transferTo(to.getOutputStream());
          } catch (IOException e) {
            // closed, or refused by the client
          }
        };
    Thread thread = new Thread(pumping, "tls-pump");
    thread.setDaemon(true);
    thread.start();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      return text;
    }
  }

  private String url(String host) {
    return "amqps://guest:guest@" + host + ":" + server.getLocalPort();
  }

  @Test
  void aCertificateNobodyTrustsIsRefused() {
    TestClient client = TestClient.on(url("localhost"));
    try (client) {
      client.transport.connect();
      await().atMost(TestClient.LIMIT).until(() -> client.states.contains("publish DOWN"));
      SendResult result =
          client.send(
              client.outgoing(Address.queue("q"), "x", Duration.ofMillis(100), Duration.ZERO));
      assertThat(result.status()).isEqualTo(SendResult.Status.REFUSED);
      assertThat(result.reason()).contains("certification path");
    }
  }

  /** In a JVM of its own, whose trust is its default trust from the beginning. */
  @Test
  void aTrustedCertificateIsTrustedForItsHostNameOnly() throws Exception {
    assertThat(connectFromANewJvm("localhost")).contains("CONFIRMED");
    assertThat(connectFromANewJvm("127.0.0.1")).contains("REFUSED", "127.0.0.1");
  }

  private String connectFromANewJvm(String host) throws Exception {
    Path classPath = directory.resolve("classpath");
    Files.writeString(classPath, "-cp \"" + System.getProperty("java.class.path") + "\"");
    return run(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Djavax.net.ssl.trustStore=" + directory.resolve("keys.p12"),
        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
        "@" + classPath,
        Connect.class.getName(),
        url(host));
  }

  /** Sends one message and prints what became of it. */
  static final class Connect {

    private Connect() {}

    @SuppressWarnings("SystemOut") // its result
    public static void main(String[] arguments) {
      TestClient client = TestClient.on(arguments[0]);
      try (client) {
        String queue = "tls-" + client.name;
        client.transport.declare(Source.queue(queue), List.of()).toCompletableFuture().join();
        System.out.println(client.send(Address.queue(queue), "x").status());
      } catch (CompletionException e) {
        System.out.println("REFUSED " + e.getMessage());
      }
    }
  }
}
