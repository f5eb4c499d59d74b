package dev.parley.redis;

import static org.awaitility.Awaitility.await;

import dev.parley.conformance.brokers.RealBroker;
import dev.parley.conformance.brokers.RealBrokers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A master, its replica and three sentinels that watch them, two of which must agree. They replace
 * a master only after {@link #mayReplace()}, so that a test has all the time it needs without one.
 * Used by the thread of the test.
 */
final class Sentinels implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(60); // a sentinel that was halted waits 30 s

  private static final String NAME = "orders";
  private static final int COUNT = 3;

  private final List<RealBroker> started = new ArrayList<>();
  private final List<RealBroker> sentinels = new ArrayList<>();
  private final RealBroker master;
  private final RealBroker replica;

  /** Starts them; returns when each knows of all. */
  static Sentinels start() {
    List<RealBroker> servers = new ArrayList<>();
    try {
      servers.add(RealBrokers.newRedis("--repl-diskless-sync-delay", "0"));
      String port = port(servers.get(0));
      servers.add(
          RealBrokers.newRedis(
              "--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1", port));
      for (int i = 0; i < COUNT; i++) {
        servers.add(
            RealBrokers.newRedisSentinel(
                "sentinel monitor " + NAME + " 127.0.0.1 " + port + " 2",
                "sentinel down-after-milliseconds " + NAME + " 600000",
                "sentinel failover-timeout " + NAME + " 2000"));
      }
      Sentinels all = new Sentinels(servers);
      all.awaitAcquainted();
      return all;
    } catch (RuntimeException e) {
      servers.forEach(RealBroker::close);
      throw e;
    }
  }

  private Sentinels(List<RealBroker> servers) {
    started.addAll(servers);
    master = servers.get(0);
    replica = servers.get(1);
    sentinels.addAll(servers.subList(2, servers.size()));
  }

  private void awaitAcquainted() {
    await()
        .atMost(LIMIT)
        .until(() -> replica.ctl("INFO", "replication").contains("master_link_status:up"));
    await()
        .atMost(LIMIT)
        .until(
            () ->
                sentinels.stream()
                    .allMatch(
                        each -> each.ctl("INFO", "sentinel").contains("slaves=1,sentinels=3")));
  }

  static String port(RealBroker server) {
    return String.valueOf(URI.create(server.url()).getPort());
  }

  /** The value of {@code broker.url}. */
  String url() {
    return started.subList(2, started.size()).stream()
        .map(each -> "127.0.0.1:" + port(each))
        .collect(Collectors.joining(",", "redis-sentinel://", "/0#" + NAME));
  }

  /** The first master. */
  RealBroker master() {
    return master;
  }

  /** The first replica. */
  RealBroker replica() {
    return replica;
  }

  /** Ends the one that clients ask first; the two that are left can still agree. */
  void killFirst() {
    sentinels.remove(0).kill();
  }

  /** From now on a master that is silent for half a second is replaced. */
  void mayReplace() {
    for (RealBroker each : sentinels) {
      each.ctl("SENTINEL", "SET", NAME, "down-after-milliseconds", "500");
    }
  }

  /** Replaces the master now, although it lives. */
  void replace() {
    sentinels.get(0).ctl("SENTINEL", "FAILOVER", NAME);
  }

  static boolean isMaster(RealBroker server) {
    return server.ctl("INFO", "replication").contains("role:master");
  }

  @Override
  public void close() {
    started.forEach(RealBroker::close);
  }
}
