package dev.parley.template.demo;

import dev.parley.Broker;
import dev.parley.PublishOptions;
import dev.parley.template.service.Order;

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

  /** A new order of this run, of Ada's. */
  Order order(int quantity, String item) {
    return order(quantity, item, "Ada");
  }

  /** The same of another customer, whose orders need not wait for Ada's. */
  Order order(int quantity, String item, String customer) {
    return new Order(sightings.newId(), quantity, item, customer);
  }
}
