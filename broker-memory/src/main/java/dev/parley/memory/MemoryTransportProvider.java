package dev.parley.memory;

import dev.parley.spi.Setting;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportProvider;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The in-memory broker: {@code memory:} is the one of this JVM, {@code memory:orders} another,
 * apart from it.
 *
 * <p>A broker is there as long as a client or a {@link MemoryBroker} uses it, and takes its
 * messages along when the last one closes.
 */
public final class MemoryTransportProvider implements TransportProvider {

  /**
   * How many messages a queue, group or reply address holds, unsettled and delayed ones included,
   * before it refuses more. Default: 1,000,000.
   */
  public static final Setting<Integer> QUEUE_LIMIT =
      Setting.integer(
          "memory.queue-limit",
          1_000_000,
          1,
          Integer.MAX_VALUE,
          "How many messages a queue holds before it refuses more.");

  static final String SCHEME = "memory";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]*");

  /** For {@link java.util.ServiceLoader}. */
  public MemoryTransportProvider() {}

  @Override
  public String name() {
    return SCHEME;
  }

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(QUEUE_LIMIT);
  }

  @Override
  public Transport create(TransportContext context) {
    String url = context.url();
    if (!url.startsWith(SCHEME + ":")) {
      throw new IllegalArgumentException("an in-memory broker is memory: or memory:name");
    }
    return MemoryTransport.enter(checkName(url.substring(SCHEME.length() + 1)), context);
  }

  /** The name, if a broker may have it. */
  static String checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      // Not the name itself: it may be another broker's URL, with its password.
      throw new IllegalArgumentException(
          "the name of an in-memory broker is made of letters, digits, dots, dashes and"
              + " underscores, as in memory:orders; it has other characters");
    }
    return name;
  }
}
