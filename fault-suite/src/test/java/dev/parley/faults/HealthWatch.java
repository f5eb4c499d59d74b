package dev.parley.faults;

import dev.parley.Broker;
import dev.parley.Health;
import dev.parley.SubscriptionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at a server's health all the time, on a thread of its own, and remembers from when to when
 * it said that it consumes. Any thread may ask; {@code this} guards what is remembered.
 */
final class HealthWatch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(20);

  /** What health said at a time of {@link System#nanoTime}. */
  private record Said(long at, boolean consuming) {}

  private final Broker server;
  private final String subscription;
  private final List<Said> said = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "faults-health");
  private volatile boolean closed;

  private HealthWatch(Broker server, String subscription) {
    this.server = server;
    this.subscription = subscription;
  }

  static HealthWatch of(Broker server, String subscription) {
    HealthWatch watch = new HealthWatch(server, subscription);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  private void run() {
    while (!closed) {
      note(consumes(server.health()));
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private boolean consumes(Health health) {
    return health.subscription(subscription).orElseThrow().state() == SubscriptionState.RUNNING;
  }

  private synchronized void note(boolean consuming) {
    if (said.isEmpty() || said.get(said.size() - 1).consuming() != consuming) {
      said.add(new Said(System.nanoTime(), consuming));
    }
  }

  /** Whether at any moment between the two it said that it consumes. */
  synchronized boolean claimedToConsume(long from, long to) {
    boolean before = false;
    for (Said each : said) {
      if (each.at() - from <= 0) {
        before = each.consuming();
      } else if (each.at() - to < 0 && each.consuming()) {
        return true;
      }
    }
    return before;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    Patience.join(thread);
  }
}
