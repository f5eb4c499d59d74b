package dev.parley.kafka;

import dev.parley.conformance.BrokerConformance;
import dev.parley.conformance.ConformanceBroker;
import dev.parley.conformance.KafkaConformanceBroker;
import dev.parley.conformance.OnlyChapters;
import dev.parley.conformance.brokers.RealBrokers;
import java.util.Map;

/**
 * What the contract of all brokers says of delivery, proven for Kafka with share groups. The rest
 * does not differ, and runs on request: {@code -Dparley.conformance=.}
 */
@OnlyChapters("^(Calls|Deliveries|Acknowledgements|Retries|DeadLetters|Failures|Restarts)\\.")
class KafkaShareConformanceTest extends BrokerConformance {

  @Override
  protected ConformanceBroker open() {
    return KafkaConformanceBroker.on(
        RealBrokers.kafka(),
        Map.of(
            "kafka.share", "4",
            "kafka.reconnect.max", "500ms",
            "kafka.health.interval", "1s"));
  }
}
