package dev.parley.conformance.brokers;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** What a server said of itself in a complete AMQP 0-9-1 handshake, virtual host included. */
record AmqpServer(String product, String version) {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  static String url(String host, int port) {
    // guest/guest exists on every fresh server. No path: "/" would mean a host with an empty name.
    return "amqp://guest:guest@%s:%d".formatted(host, port);
  }

  /** Connects, reads the server's properties and disconnects; fails within seconds. */
  static AmqpServer at(String url) throws IOException {
    try (Connection connection = factory(url).newConnection("readiness")) {
      Map<String, Object> properties = connection.getServerProperties();
      return new AmqpServer(
          String.valueOf(properties.get("product")), String.valueOf(properties.get("version")));
    } catch (TimeoutException e) {
      throw new IOException("No AMQP handshake within " + CONNECT_LIMIT, e);
    }
  }

  boolean isRabbitMq() {
    return product.equals("RabbitMQ");
  }

  private static ConnectionFactory factory(String url) throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(url);
    } catch (URISyntaxException e) {
      // Neither its message nor itself as the cause: both repeat the address with its password.
      throw new IOException("Not an AMQP address: " + e.getReason());
    } catch (GeneralSecurityException e) {
      throw new IOException("No TLS for this address: " + e.getMessage(), e);
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(Math.toIntExact(CONNECT_LIMIT.toMillis()));
    factory.setHandshakeTimeout(Math.toIntExact(CONNECT_LIMIT.toMillis()));
    return factory;
  }
}
