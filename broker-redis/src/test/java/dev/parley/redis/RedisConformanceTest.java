package dev.parley.redis;

import dev.parley.conformance.BrokerConformance;
import dev.parley.conformance.ConformanceBroker;
import dev.parley.conformance.RedisConformanceBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.util.Map;

/** The contract of all brokers, proven for Redis. */
class RedisConformanceTest extends BrokerConformance {

  @Override
  protected ConformanceBroker open() {
    return RedisConformanceBroker.on(RealBrokers.redis(), Map.of("redis.reconnect.max", "500ms"));
  }
}
