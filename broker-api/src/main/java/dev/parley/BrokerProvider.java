package dev.parley;

import java.util.List;
import java.util.ServiceLoader;

/**
 * The engine behind {@link Broker} and {@link Configuration}; found by {@link ServiceLoader}.
 * Stateless. Applications do not need it.
 */
public interface BrokerProvider {

  /** A new builder. */
  Broker.Builder builder();

  /** Reads all sources of settings, the command line on top. */
  Configuration load(List<String> arguments);

  /** The one engine on the class path; throws {@link IllegalStateException} when there is none. */
  static BrokerProvider find() {
    return Holder.FOUND;
  }

  /** Looks the engine up once. */
  final class Holder {
    private static final BrokerProvider FOUND =
        ServiceLoader.load(BrokerProvider.class, BrokerProvider.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "No engine on the class path: depend on a transport, such as dev.parley:broker-memory or dev.parley:broker-rabbit"));

    private Holder() {}
  }
}
