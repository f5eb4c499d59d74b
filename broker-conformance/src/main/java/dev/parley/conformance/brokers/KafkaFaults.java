package dev.parley.conformance.brokers;

import java.util.EnumMap;
import java.util.Map;

/** What no Kafka server lets a test do, and what is RabbitMQ's alone. */
final class KafkaFaults {
  static final Map<BrokerCapability, String> MISSING = missing(false);
  static final Map<BrokerCapability, String> MISSING_OF_ANOTHERS = missing(true);

  private KafkaFaults() {}

  private static Map<BrokerCapability, String> missing(boolean anothers) {
    Map<BrokerCapability, String> missing = new EnumMap<>(BrokerCapability.class);
    for (BrokerCapability capability : BrokerCapability.values()) {
      if (!capability.isFault()) {
        missing.put(capability, "a part of AMQP as RabbitMQ speaks it");
      } else if (anothers) {
        missing.put(capability, "the server belongs to somebody else");
      }
    }
    missing.putIfAbsent(BrokerCapability.CLOSE_CONNECTIONS, "Kafka has no command for it");
    missing.putIfAbsent(BrokerCapability.BLOCK_PUBLISHERS, "Kafka has no memory alarm");
    missing.putIfAbsent(BrokerCapability.CTL, "it has no rabbitmqctl");
    return Map.copyOf(missing);
  }
}
