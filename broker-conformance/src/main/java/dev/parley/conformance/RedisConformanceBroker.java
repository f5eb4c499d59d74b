package dev.parley.conformance;

import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A real Redis server under test, with the faults it can be made to suffer. */
public final class RedisConformanceBroker implements ConformanceBroker {

  private static final Map<Fault, BrokerCapability> NEEDED =
      Map.of(
          Fault.CUT_CONNECTIONS, BrokerCapability.CLOSE_CONNECTIONS,
          Fault.STOP, BrokerCapability.RESTART,
          Fault.BLOCK_PUBLISHERS, BrokerCapability.BLOCK_PUBLISHERS,
          Fault.DELETE_QUEUE, BrokerCapability.CTL);

  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final RealBroker server;
  private final Map<String, String> settings;

  private RedisConformanceBroker(RealBroker server, Map<String, String> settings) {
    this.server = server;
    this.settings = Map.copyOf(settings);
  }

  /** That server, with settings of the transport for its tests; closing this closes the server. */
  public static RedisConformanceBroker on(RealBroker server, Map<String, String> settings) {
    return new RedisConformanceBroker(server, settings);
  }

  @Override
  public String url() {
    return server.url();
  }

  @Override
  public Map<String, String> settings() {
    return settings;
  }

  @Override
  public Map<String, String> deathSettings() {
    return Map.of("redis.heartbeat", "1s", "redis.claim-after", "3s");
  }

  @Override
  public Optional<String> unavailable(Fault fault) {
    // A silent network needs nothing of the server, so it is not among the needed.
    return Optional.ofNullable(NEEDED.get(fault))
        .filter(needed -> !server.can(needed))
        .map(needed -> server.servedBy() + ": " + server.missing().get(needed));
  }

  @Override
  public void cutConnections() {
    server.closeAllConnections();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void blockPublishers() {
    server.blockPublishers();
  }

  @Override
  public void unblockPublishers() {
    server.unblockPublishers();
  }

  @Override
  public void delete(String queue) {
    server.ctl("DEL", queue);
  }

  @Override
  public Network network() {
    return RelayedNetwork.to(url(), HEARTBEAT, Map.of("redis.heartbeat", "1s"));
  }

  @Override
  public ForeignClient foreignClient() {
    return RedisForeignClient.connect(url());
  }

  @Override
  public void close() {
    server.close();
  }
}
