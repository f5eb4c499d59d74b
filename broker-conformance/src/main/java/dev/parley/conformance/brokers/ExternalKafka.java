package dev.parley.conformance.brokers;

import java.io.IOException;
import java.util.Map;

/** A cluster that somebody else runs, named by the user; nothing is started or stopped. */
record ExternalKafka(String url, String servedBy) implements RealBroker {

  /** Fails when nobody answers there: the user has asked for this one and no other. */
  static ExternalKafka at(String url, String setting) {
    try {
      KafkaServer server = KafkaServer.at(url);
      return new ExternalKafka(
          url,
          "Kafka cluster %s with %d node(s) at $%s"
              .formatted(server.clusterId(), server.nodes(), setting));
    } catch (IOException e) {
      throw new RealBrokerException(
          "No broker answers at the address in %s: %s. Correct it, or unset it to have one started"
              .formatted(setting, e.getMessage()),
          e);
    }
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    return KafkaFaults.MISSING_OF_ANOTHERS;
  }

  @Override
  public void close() {
    // Nothing of it is ours.
  }
}
