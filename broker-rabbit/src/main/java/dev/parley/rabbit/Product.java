package dev.parley.rabbit;

import com.rabbitmq.client.Connection;

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
