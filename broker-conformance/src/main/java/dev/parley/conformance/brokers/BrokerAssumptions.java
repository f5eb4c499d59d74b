package dev.parley.conformance.brokers;

import org.junit.jupiter.api.Assumptions;

/** Skips tests that the broker at hand cannot serve, and says so. */
public final class BrokerAssumptions {
  private BrokerAssumptions() {}

  /**
   * Returns when the broker has all the capabilities; else prints one line with the reason to
   * standard output and aborts the test, which JUnit reports as skipped.
   */
  @SuppressWarnings("SystemOut") // reports of build tools tend to leave the reason out
  public static void assumeCan(RealBroker broker, BrokerCapability... capabilities) {
    for (BrokerCapability capability : capabilities) {
      if (!broker.can(capability)) {
        String reason =
            "%s cannot %s: %s"
                .formatted(
                    broker.servedBy(), capability.description(), broker.missing().get(capability));
        System.out.println("Skipped: " + reason);
        Assumptions.abort(reason);
      }
    }
  }
}
