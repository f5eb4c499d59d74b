package dev.parley.template.demo;

import dev.parley.Broker;
import dev.parley.PublishOptions;
import dev.parley.template.service.Order;
import java.util.List;

/**
 * What all scenes share. For one thread.
 *
 * @param broker the broker the handlers are registered at
 * @param transcript where the scenes print
 * @param sightings what the handlers saw
 */
record Stage(Broker broker, Transcript transcript, Sightings sightings) {

  /** Of all queues and topics, so that nobody's real orders are touched. */
  static final String PREFIX = "demo.";

  static PublishOptions to(String queue) {
    return PublishOptions.to(PREFIX + queue);
  }

  static PublishOptions toTopic(String topic) {
    return PublishOptions.toTopic(PREFIX + topic);
  }

  /** A new order of this run. */
  Order order(String item, int quantity) {
    return order("Ada", item, quantity);
  }

  Order order(String customer, String item, int quantity) {
    return new Order(sightings.newId(), customer, List.of(new Order.Line(item, quantity)));
  }
}
