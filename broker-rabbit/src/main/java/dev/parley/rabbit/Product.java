package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import dev.parley.spi.support.Decimal;
import java.util.regex.Matcher;
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

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

  static Product of(Connection connection) {
    Object name = connection.getServerProperties().get("product");
    return name != null && name.toString().equals("RabbitMQ") ? RABBITMQ : OTHER;
  }

  /**
   * Whether a quorum queue can wait, before it forgets an expired message, until the next queue has
   * it: <a href="https://www.rabbitmq.com/docs/quorum-queues#dead-lettering">at-least-once
   * dead-lettering</a>, since RabbitMQ 3.10.
   */
  static boolean deadLettersAtLeastOnce(Connection connection) {
    Matcher version =
        VERSION.matcher(String.valueOf(connection.getServerProperties().get("version")));
    if (of(connection) != RABBITMQ || !version.lookingAt()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    return major > 3 || (major == 3 && Integer.parseInt(version.group(2)) >= 10);
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
    long left = this == RABBITMQ ? -1 : Decimal.parse(properties.getExpiration());
    if (left < 0) {
      return properties;
    }
    long at = System.currentTimeMillis() + left;
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
