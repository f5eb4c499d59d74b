package dev.parley.rabbit;

import dev.parley.conformance.AmqpConformanceBroker;
import dev.parley.conformance.AmqpConformanceBroker.Heartbeat;
import dev.parley.conformance.BrokerConformance;
import dev.parley.conformance.ConformanceBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.time.Duration;
import java.util.Map;

/** The contract of all brokers, proven for RabbitMQ. */
class RabbitConformanceTest extends BrokerConformance {

  @Override
  protected ConformanceBroker open() {
    return AmqpConformanceBroker.on(
        RealBrokers.rabbit(),
        Map.of("rabbit.reconnect.max", "500ms"),
        new Heartbeat(Duration.ofSeconds(2), Map.of("rabbit.heartbeat", "2s")));
  }
}
