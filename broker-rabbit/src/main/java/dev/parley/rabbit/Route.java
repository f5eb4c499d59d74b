package dev.parley.rabbit;

import dev.parley.spi.Address;
import org.jspecify.annotations.Nullable;

/**
 * Where and how one message is published.
 *
 * @param to the address, for messages to the user
 * @param exchange the exchange; empty for the default one
 * @param mandatory whether RabbitMQ returns it when no queue takes it
 * @param check what must be known or made before; null for nothing
 */
record Route(
    Address to, String exchange, String routingKey, boolean mandatory, @Nullable Check check) {

  /** To a queue by its name. */
  static Route toQueue(Address to, @Nullable Check check) {
    return new Route(to, "", to.name(), true, check);
  }

  Route after(@Nullable Check newCheck) {
    return new Route(to, exchange, routingKey, mandatory, newCheck);
  }

  /** What is missing when RabbitMQ returns a message that went this way. */
  String missing() {
    if (exchange.isEmpty()) {
      return to + " does not exist on RabbitMQ";
    }
    return exchange.startsWith(DelayBucket.PREFIX)
        ? "the delay queue \"" + exchange + "\" is not bound to its exchange"
        : "no queue takes the routing key \"" + routingKey + "\" of exchange \"" + exchange + "\"";
  }
}
