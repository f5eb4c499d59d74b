package dev.parley.conformance.brokers;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run says about the broker that serves it. */
final class Announcement {
  private Announcement() {}

  /** One line without the address, which may contain a password. */
  static String of(String name, BrokerLauncher.Outcome outcome) {
    RealBroker broker = outcome.broker();
    String line =
        "%s: served by %s; left out: %s".formatted(name, broker.servedBy(), leftOut(broker));
    return outcome.passedOver().isEmpty()
        ? line
        : line + " [" + String.join("; ", outcome.passedOver()) + "]";
  }

  private static String leftOut(RealBroker broker) {
    if (broker.missing().isEmpty()) {
      return "nothing";
    }
    Map<BrokerCapability, String> inOrder = new TreeMap<>(broker.missing());
    return inOrder.entrySet().stream()
        .map(entry -> "%s (%s)".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
