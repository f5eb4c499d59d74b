package dev.parley.conformance.brokers;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is open in this JVM and must be closed at its end, on SIGTERM and Ctrl-C as well.
 *
 * <p>Any thread may call; the class guards the set. Nothing is closed under the lock.
 */
final class OpenBrokers {
  private static final Set<Resource> OPEN = new LinkedHashSet<>();
  private static boolean hooked;

  private OpenBrokers() {}

  /** Something whose {@code close} is idempotent and may be called by any thread. */
  interface Resource extends AutoCloseable {
    @Override
    void close();
  }

  /** Has the resource closed at the end of the JVM unless {@link #close(Resource)} comes first. */
  static synchronized void add(Resource resource) {
    if (!hooked) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(OpenBrokers::closeAll, "parley-real-brokers-shutdown"));
      hooked = true;
    }
    OPEN.add(resource);
  }

  static void close(Resource resource) {
    resource.close();
    synchronized (OpenBrokers.class) {
      OPEN.remove(resource);
    }
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // no logger may be left during the shutdown
  private static void closeAll() {
    List<Resource> all;
    synchronized (OpenBrokers.class) {
      all = List.copyOf(OPEN);
    }
    for (Resource resource : all) {
      try {
        resource.close();
      } catch (RuntimeException e) {
        // The others must be closed all the same.
        e.printStackTrace();
      }
    }
  }
}
