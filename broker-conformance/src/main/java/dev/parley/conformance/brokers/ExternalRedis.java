package dev.parley.conformance.brokers;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** A server that somebody else runs, named by the user; nothing is started or stopped. */
record ExternalRedis(String url, String servedBy) implements RealBroker {

  /** Fails when nobody answers there: the user has asked for this one and no other. */
  static ExternalRedis at(String url, String setting) {
    try {
      return new ExternalRedis(
          url, "Redis %s at $%s".formatted(RedisServer.at(url).version(), setting));
    } catch (IOException e) {
      // The address may contain a password, so it is not repeated.
      throw new RealBrokerException(
          "No Redis answers at the address in %s: %s. Correct it, or unset it to have one started"
              .formatted(setting, e.getMessage()),
          e);
    }
  }

  @Override
  public Map<BrokerCapability, String> missing() {
    Map<BrokerCapability, String> missing = new EnumMap<>(BrokerCapability.amqpIsMissing());
    for (BrokerCapability capability : BrokerCapability.values()) {
      if (capability.isFault()) {
        missing.put(capability, "the server belongs to somebody else");
      }
    }
    return Map.copyOf(missing);
  }

  @Override
  public void close() {
    // Nothing of it is ours.
  }
}
