package dev.parley.conformance.brokers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback interface for servers of our own. Any thread may call. */
final class LocalPorts {
  static final String LOOPBACK = "127.0.0.1";

  /** Below what Linux, macOS and Windows hand out to clients: one must stay free over a restart. */
  private static final int FIRST = 20_000;

  private static final int LAST = 32_000;
  private static final int EPHEMERAL = 32_768; // where Linux begins to hand out
  private static final int ATTEMPTS = 100;

  /** A port is given once: its server binds it only seconds later. At most LAST - FIRST entries. */
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private LocalPorts() {}

  /** The port asked for, or one that is free now. */
  static int take(OptionalInt wanted) {
    return wanted.isPresent() ? wanted.getAsInt() : free();
  }

  /** One that is free, and the one so many above it too: a server of a cluster takes both. */
  static int freeWith(int above) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = free();
      if (port + above < EPHEMERAL && isFree(port + above)) {
        return port;
      }
    }
    throw new RealBrokerException("No two free ports found that are %d apart".formatted(above));
  }

  static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new RealBrokerException(
        "No free port found between %d and %d in %d attempts".formatted(FIRST, LAST, ATTEMPTS));
  }

  static void requireFree(int port) {
    if (!isFree(port)) {
      throw new RealBrokerException(
          "Port %d of 127.0.0.1 is in use; choose another".formatted(port));
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // Else the remains of closed connections make a port look taken where servers can use it.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
