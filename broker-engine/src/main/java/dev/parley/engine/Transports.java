package dev.parley.engine;

import dev.parley.engine.config.Secrets;
import dev.parley.spi.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The transports on the class path, by URL scheme. */
final class Transports {

  private Transports() {}

  /** All of them. */
  static List<TransportProvider> all() {
    List<TransportProvider> providers = new ArrayList<>();
    ServiceLoader.load(TransportProvider.class, TransportProvider.class.getClassLoader())
        .forEach(providers::add);
    return providers;
  }

  /** The one for a URL; adds to the problems when there is none. */
  static @Nullable TransportProvider find(
      List<TransportProvider> providers, String url, List<String> problems) {
    int colon = url.indexOf(':');
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    Optional<TransportProvider> found =
        providers.stream().filter(p -> p.schemes().contains(scheme)).findFirst();
    if (found.isEmpty()) {
      problems.add("broker.url = \"" + Secrets.maskUrl(url) + "\": " + remedy(providers, scheme));
    }
    return found.orElse(null);
  }

  private static String remedy(List<TransportProvider> providers, String scheme) {
    TreeSet<String> schemes = new TreeSet<>();
    providers.forEach(provider -> schemes.addAll(provider.schemes()));
    String known =
        schemes.isEmpty()
            ? "there is no transport on the class path"
            : "the transports on the class path serve " + String.join(", ", schemes);
    return switch (scheme) {
      case "amqp", "amqps" -> known + "; add dev.parley:broker-rabbit";
      case "kafka" -> known + "; add dev.parley:broker-kafka";
      case "redis", "rediss" -> known + "; add dev.parley:broker-redis";
      case "memory" -> known + "; add dev.parley:broker-memory";
      case "" -> "it has no scheme, as memory: or amqp://host have; " + known;
      default -> "nobody serves the scheme \"" + scheme + "\"; " + known;
    };
  }
}
