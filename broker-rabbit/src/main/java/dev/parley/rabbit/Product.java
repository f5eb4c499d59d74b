package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import java.util.regex.Pattern;

/**
 * Whose server a connection leads to, by the name the server gives itself when it is connected to.
 *
 * <p>RabbitMQ extends AMQP 0-9-1, and reads parts of it in its own way. What is asked here is what
 * this transport relies on.
 */
enum Product {
  /** RabbitMQ. */
  RABBITMQ,
  /** Another server that speaks AMQP 0-9-1, such as Apache Qpid Broker-J. */
  OTHER;

  private static final Pattern MILLIS = Pattern.compile("\\d{1,15}");

  static Product of(Connection connection) {
    Object name = connection.getServerProperties().get("product");
    return name != null && name.toString().equals("RabbitMQ") ? RABBITMQ : OTHER;
  }

  /** Whether queues expire their messages and hand them on: {@code x-dead-letter-exchange}. */
  boolean hasDelayQueues() {
    return this == RABBITMQ;
  }

  /**
   * Whether the prefetch counts for each consumer alone, and not, as the specification has it, for
   * the whole channel.
   */
  boolean countsByConsumer() {
    return this == RABBITMQ;
  }

  /**
   * The properties of a message as this server reads them. The specification leaves the expiration
   * open: RabbitMQ has milliseconds from now, Qpid a time of day as JMS does. Where the latter is
   * taken for the former, the message never expires, so nothing is lost by the guess.
   */
  AMQP.BasicProperties written(AMQP.BasicProperties properties) {
    String expiration = properties.getExpiration();
    if (this == RABBITMQ || expiration == null || !MILLIS.matcher(expiration).matches()) {
      return properties;
    }
    long at = System.currentTimeMillis() + Long.parseLong(expiration);
    return properties.builder().expiration(Long.toString(at)).build();
  }

  /** Whether consumers are told when their queue is deleted. */
  boolean tellsOfDeletedQueues() {
    return this == RABBITMQ;
  }

  /**
   * Whether an unroutable message is returned first and then acknowledged; others reject it first
   * and then return it.
   */
  boolean returnsFirst() {
    return this == RABBITMQ;
  }
}
