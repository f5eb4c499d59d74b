package dev.parley.conformance;

import static java.util.Objects.requireNonNull;

import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.KafkaListener;
import dev.parley.conformance.brokers.RealBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A real Kafka broker under test, with the faults it can be made to suffer. */
public final class KafkaConformanceBroker implements ConformanceBroker {

  private static final String HOST = "127.0.0.1";
  private static final Duration HEALTH = Duration.ofSeconds(1);

  /** What makes a client give up a connection that does not answer. */
  private static final Map<String, String> SILENCE_SETTINGS =
      Map.of("kafka.health.interval", "1s", "kafka.client.request.timeout.ms", "2000");

  private final RealBroker server;
  private final Map<String, String> settings;
  private final @Nullable Relay cut;
  private final @Nullable Relay silent;

  private KafkaConformanceBroker(RealBroker server, Map<String, String> settings) {
    this.server = server;
    this.settings = Map.copyOf(settings);
    List<KafkaListener> relayed = server.relayed();
    this.cut = relayed.isEmpty() ? null : relay(relayed.get(0));
    this.silent = relayed.size() < 2 ? null : relay(relayed.get(1));
  }

  /** Kafka tells its clients where to connect, so the relay listens where it says that it is. */
  private static Relay relay(KafkaListener behind) {
    return Relay.at(behind.advertisedPort(), HOST, behind.port());
  }

  /** That server, with settings of the transport for its tests; closing this closes the server. */
  public static KafkaConformanceBroker on(RealBroker server, Map<String, String> settings) {
    return new KafkaConformanceBroker(server, settings);
  }

  @Override
  public String url() {
    return cut == null ? server.url() : url(cut.port());
  }

  private static String url(int port) {
    return "kafka://" + HOST + ":" + port;
  }

  @Override
  public Map<String, String> settings() {
    return settings;
  }

  @Override
  public Map<String, String> deathSettings() {
    return Map.of(
        "kafka.client.session.timeout.ms", "6000", "kafka.client.heartbeat.interval.ms", "1500");
  }

  @Override
  public Optional<String> unavailable(Fault fault) {
    return switch (fault) {
      case STOP -> missing(BrokerCapability.RESTART);
      case CUT_CONNECTIONS -> unless(cut != null);
      case BLOCK_PUBLISHERS -> missing(BrokerCapability.BLOCK_PUBLISHERS);
      case DELETE_QUEUE, DELAYED_PUBLISH, KILL_PROCESS -> Optional.empty();
      case SILENCE -> unless(silent != null);
    };
  }

  private Optional<String> unless(boolean relayed) {
    return relayed
        ? Optional.empty()
        : Optional.of(
            server.servedBy() + ": it tells its clients its own address, which leads past a relay");
  }

  @Override
  public void cutConnections() {
    requireNonNull(cut, "cut").cut();
  }

  @Override
  public Network network() {
    Relay relay = requireNonNull(silent, "silent");
    return new RelayedNetwork(url(relay.port()), relay, true, HEALTH, SILENCE_SETTINGS);
  }

  private Optional<String> missing(BrokerCapability capability) {
    return Optional.ofNullable(server.missing().get(capability))
        .map(reason -> server.servedBy() + ": " + reason);
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
  public void delete(String queue) {
    try (KafkaForeignClient client = KafkaForeignClient.connect(servers())) {
      client.delete(queue);
    }
  }

  @Override
  public ForeignClient foreignClient() {
    return KafkaForeignClient.connect(servers());
  }

  private String servers() {
    return server.url().substring("kafka://".length());
  }

  @Override
  public void close() {
    if (cut != null) {
      cut.close();
    }
    if (silent != null) {
      silent.close();
    }
    server.close();
  }
}
