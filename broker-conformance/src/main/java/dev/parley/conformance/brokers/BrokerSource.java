package dev.parley.conformance.brokers;

import java.util.OptionalInt;

/** One way to come by a broker: a container, an installed server, one inside this JVM. */
interface BrokerSource {

  /** The word that forces this source, as {@code PARLEY_TEST_RABBIT=installed} does. */
  String word();

  /**
   * Starts a broker and returns when it accepts connections.
   *
   * <p>Without a port, a free one is taken. Throws {@link SourceUnavailableException} when this
   * machine lacks what the source needs, and {@link RealBrokerException} when the machine has it
   * and the start failed; in both cases nothing is left behind.
   */
  RealBroker start(OptionalInt port) throws SourceUnavailableException;
}
