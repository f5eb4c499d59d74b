package dev.parley.rabbit;

import dev.parley.spi.Address;
import org.jspecify.annotations.Nullable;

/**
 * Where and how one message is published.
 *
 * @param to the address, for messages to the user
 * @param exchange the exchange; empty for the default one
 * @param mandatory whether RabbitMQ returns it when no queue takes it
 * @param unroutedIsConfirmed whether no queue is fine, because the topic exists without readers
 * @param check what must be known or made before; null for nothing
 */
record Route(
    Address to,
    String exchange,
    String routingKey,
    boolean mandatory,
    boolean unroutedIsConfirmed,
    @Nullable Check check) {

  /** To a queue by its name. */
  static Route toQueue(Address to, @Nullable Check check) {
    return new Route(to, "", to.name(), true, false, check);
  }

  Route after(@Nullable Check newCheck) {
    return new Route(to, exchange, routingKey, mandatory, unroutedIsConfirmed, newCheck);
  }
}
