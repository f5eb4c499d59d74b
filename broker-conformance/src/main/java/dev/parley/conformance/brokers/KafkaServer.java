package dev.parley.conformance.brokers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** What a Kafka cluster said of itself. */
record KafkaServer(String clusterId, int nodes) {
  private static final String SCHEME = "kafka://";
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  static String url(String host, int port) {
    return SCHEME + host + ":" + port;
  }

  /** Connects, asks for the nodes of the cluster and disconnects; fails within seconds. */
  static KafkaServer at(String url) throws IOException {
    if (!url.startsWith(SCHEME)) {
      throw new IOException("Not an address of the form kafka://host:9092");
    }
    String servers = url.substring(SCHEME.length());
    requireListener(servers.split(",", -1)[0]);
    try (Admin admin = Admin.create(properties(servers))) {
      var cluster = admin.describeCluster();
      long millis = CONNECT_LIMIT.toMillis();
      return new KafkaServer(
          cluster.clusterId().get(millis, TimeUnit.MILLISECONDS),
          cluster.nodes().get(millis, TimeUnit.MILLISECONDS).size());
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw new IOException("No answer from a Kafka broker: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw RealBrokerException.interrupted("asking a Kafka broker", e);
    }
  }

  /** Kafka's client would log each refused connection of a server that is starting. */
  private static void requireListener(String server) throws IOException {
    int colon = server.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      InetSocketAddress address =
          new InetSocketAddress(
              server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
      socket.connect(address, Math.toIntExact(CONNECT_LIMIT.toMillis()));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("Not an address of the form kafka://host:9092", e);
    }
  }

  private static Map<String, Object> properties(String servers) {
    int millis = Math.toIntExact(CONNECT_LIMIT.toMillis());
    return Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
        AdminClientConfig.CLIENT_ID_CONFIG, "readiness",
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
  }
}
