package dev.parley.conformance;

import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import java.util.Map;
import java.util.Optional;

/** A real Kafka broker under test, with the faults it can be made to suffer. */
public final class KafkaConformanceBroker implements ConformanceBroker {

  private final RealBroker server;
  private final Map<String, String> settings;

  private KafkaConformanceBroker(RealBroker server, Map<String, String> settings) {
    this.server = server;
    this.settings = Map.copyOf(settings);
  }

  /** That server, with settings of the transport for its tests; closing this closes the server. */
  public static KafkaConformanceBroker on(RealBroker server, Map<String, String> settings) {
    return new KafkaConformanceBroker(server, settings);
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
  public Optional<String> unavailable(Fault fault) {
    return switch (fault) {
      case STOP -> missing(BrokerCapability.RESTART);
      case CUT_CONNECTIONS -> missing(BrokerCapability.CLOSE_CONNECTIONS);
      case BLOCK_PUBLISHERS -> missing(BrokerCapability.BLOCK_PUBLISHERS);
      case DELETE_QUEUE, DELAYED_PUBLISH, KILL_PROCESS -> Optional.empty();
      case SILENCE ->
          Optional.of("Kafka tells its clients its own address, which leads past any relay");
    };
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
    return url().substring("kafka://".length());
  }

  @Override
  public void close() {
    server.close();
  }
}
