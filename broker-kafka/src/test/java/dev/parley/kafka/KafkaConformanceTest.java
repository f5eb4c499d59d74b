package dev.parley.kafka;

import dev.parley.conformance.BrokerConformance;
import dev.parley.conformance.ConformanceBroker;
import dev.parley.conformance.KafkaConformanceBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.util.Map;

/** The contract of all brokers, proven for Kafka. */
class KafkaConformanceTest extends BrokerConformance {

  @Override
  protected ConformanceBroker open() {
    return KafkaConformanceBroker.on(
        RealBrokers.kafka(), Map.of("kafka.reconnect.max", "500ms", "kafka.health.interval", "1s"));
  }
}
