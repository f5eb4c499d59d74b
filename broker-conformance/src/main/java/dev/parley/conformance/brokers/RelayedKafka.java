package dev.parley.conformance.brokers;

import java.util.List;

/**
 * A Kafka broker that can be reached through relays: it tells the clients that come by a door that
 * door's address, so that they stay on their way.
 *
 * @param doors as many as were asked for
 */
public record RelayedKafka(RealBroker broker, List<Door> doors) {

  public RelayedKafka {
    doors = List.copyOf(doors);
  }

  /**
   * A way in.
   *
   * @param listens the port where the server listens
   * @param advertised the port that it names, where a relay must listen
   */
  public record Door(int listens, int advertised) {

    static Door onFreePorts() {
      return new Door(LocalPorts.free(), LocalPorts.free());
    }
  }
}
