package dev.parley.conformance.brokers;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The client library by hand, without its recovery, so that a test sees what the server does. */
record AmqpClient(Connection connection, Channel channel) implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  static AmqpClient connect(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    Connection connection = factory.newConnection("test");
    return new AmqpClient(connection, connection.createChannel());
  }

  AMQP.Queue.DeclareOk declareDurable(String queue) throws IOException {
    return channel.queueDeclare(queue, true, false, false, null);
  }

  void publishConfirmed(String queue, String body) throws Exception {
    channel.confirmSelect();
    channel.basicPublish(
        "", queue, true, MessageProperties.PERSISTENT_BASIC, body.getBytes(StandardCharsets.UTF_8));
    channel.waitForConfirmsOrDie(LIMIT.toMillis());
  }

  String take(String queue) {
    GetResponse response =
        Awaitility.await().atMost(LIMIT).until(() -> channel.basicGet(queue, true), r -> r != null);
    return new String(response.getBody(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    connection.abort(1_000);
  }
}
