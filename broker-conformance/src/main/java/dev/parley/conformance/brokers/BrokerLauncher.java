package dev.parley.conformance.brokers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Starts one kind of broker from the first of its sources that works.
 *
 * <p>{@code PARLEY_TEST_RABBIT=installed} forces a source by its word. Sources that were tried
 * before are named in the outcome, so that nobody takes the last resort for the first choice.
 */
record BrokerLauncher(
    String name, External external, List<BrokerSource> sources, TestSettings settings) {

  /** A broker and the sources that were tried before it, each with its reason. */
  record Outcome(RealBroker broker, List<String> passedOver) {}

  /** Uses a server that runs already; {@code setting} is where its address comes from. */
  interface External {
    RealBroker at(String url, String setting);
  }

  /**
   * The server that {@code PARLEY_TEST_RABBIT_URL} names, unless a source is forced; else a new.
   */
  Outcome useOrStart() {
    String setting = name + ".url";
    Optional<String> url =
        settings.read(name).isPresent() ? Optional.empty() : settings.read(setting);
    return url.isPresent()
        ? new Outcome(external.at(url.get(), settings.variable(setting)), List.of())
        : start(OptionalInt.empty());
  }

  /** A new server; without a port, on a free one. */
  Outcome start(OptionalInt port) {
    port.ifPresent(LocalPorts::requireFree);
    Optional<String> forced = settings.read(name);
    return forced.isPresent() ? startForced(forced.get(), port) : startFirst(port);
  }

  private Outcome startFirst(OptionalInt port) {
    List<String> passedOver = new ArrayList<>();
    for (BrokerSource source : sources) {
      try {
        return new Outcome(source.start(port), List.copyOf(passedOver));
      } catch (SourceUnavailableException e) {
        passedOver.add(source.word() + ": " + e.getMessage());
      } catch (RealBrokerException e) {
        passedOver.add(source.word() + " failed: " + firstLine(e));
      }
    }
    throw new RealBrokerException(
        "No %s could be started. %s".formatted(name, String.join("; ", passedOver)));
  }

  private Outcome startForced(String word, OptionalInt port) {
    BrokerSource source =
        sources.stream()
            .filter(candidate -> candidate.word().equals(word))
            .findFirst()
            .orElseThrow(() -> new RealBrokerException(unknown(word)));
    try {
      return new Outcome(source.start(port), List.of());
    } catch (SourceUnavailableException e) {
      throw new RealBrokerException(
          "%s=%s cannot be had here: %s".formatted(settings.variable(name), word, e.getMessage()),
          e);
    }
  }

  /** The rest is the log of a server. */
  private static String firstLine(RealBrokerException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private String unknown(String word) {
    return "%s=%s is unknown; known are %s"
        .formatted(
            settings.variable(name),
            word,
            sources.stream().map(BrokerSource::word).collect(Collectors.joining(", ")));
  }
}
