package dev.parley.engine;

import dev.parley.Health;
import dev.parley.spi.ConnectionState;
import dev.parley.spi.TransportListener;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last known state of each connection. The transport's threads write, any thread reads; guarded
 * by its monitor.
 */
final class ConnectionBoard implements TransportListener {

  private final Map<String, Health.Connection> connections = new TreeMap<>(); // guarded by this

  @Override
  public synchronized void changed(
      String connection, ConnectionState state, @Nullable Throwable error) {
    Health.Connection before = connections.get(connection);
    String lastError =
        error != null
            ? String.valueOf(error.getMessage())
            : before == null ? null : before.lastError();
    Instant since = before != null && before.state() == state ? before.since() : Instant.now();
    connections.put(connection, new Health.Connection(connection, state, since, 0, lastError));
  }

  synchronized List<Health.Connection> snapshot() {
    return List.copyOf(connections.values());
  }

  /** The same, with what is under way on each. */
  List<Health.Connection> snapshot(int unconfirmed, int unsettled) {
    return snapshot().stream()
        .map(
            each ->
                new Health.Connection(
                    each.name(),
                    each.state(),
                    each.since(),
                    (each.name().equals(CONSUME) ? 0 : unconfirmed)
                        + (each.name().equals(PUBLISH) ? 0 : unsettled),
                    each.lastError()))
        .toList();
  }
}
