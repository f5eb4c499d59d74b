package dev.parley.conformance.brokers;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** A server that somebody else runs, named by the user; nothing is started or stopped. */
record ExternalRabbit(String url, String servedBy, Map<BrokerCapability, String> missing)
    implements RealBroker {

  /** Fails when nobody answers there: the user has asked for this one and no other. */
  static ExternalRabbit at(String url, String setting) {
    try {
      AmqpServer server = AmqpServer.at(url);
      return new ExternalRabbit(
          url,
          "%s %s at $%s".formatted(server.product(), server.version(), setting),
          missing(server));
    } catch (IOException e) {
      // The address may contain a password, so it is not repeated.
      throw new RealBrokerException(
          "No broker answers at the address in %s: %s. Correct it, or unset it to have one started"
              .formatted(setting, e.getMessage()),
          e);
    }
  }

  private static Map<BrokerCapability, String> missing(AmqpServer server) {
    Map<BrokerCapability, String> missing = new EnumMap<>(BrokerCapability.class);
    for (BrokerCapability capability : BrokerCapability.values()) {
      if (capability.isFault()) {
        missing.put(capability, "the server belongs to somebody else");
      } else if (!server.isRabbitMq()) {
        missing.put(capability, server.product() + " is not known to have it");
      }
    }
    return Map.copyOf(missing);
  }

  @Override
  public void close() {
    // Nothing of it is ours.
  }
}
