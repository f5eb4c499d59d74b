package dev.parley.conformance;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.parley.conformance.brokers.BrokerCapability;
import dev.parley.conformance.brokers.RealBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** A real AMQP 0-9-1 server under test, with the faults it can be made to suffer. */
public final class AmqpConformanceBroker implements ConformanceBroker {

  private static final Map<Fault, BrokerCapability> NEEDED =
      Map.of(
          Fault.CUT_CONNECTIONS, BrokerCapability.CLOSE_CONNECTIONS,
          Fault.STOP, BrokerCapability.RESTART,
          Fault.BLOCK_PUBLISHERS, BrokerCapability.BLOCK_PUBLISHERS,
          Fault.DELAYED_PUBLISH, BrokerCapability.DEAD_LETTER_EXCHANGE);

  /**
   * How the transport under test is made to notice a silent network soon.
   *
   * @param every the heartbeat
   * @param settings what sets it
   */
  public record Heartbeat(Duration every, Map<String, String> settings) {}

  private final RealBroker server;
  private final Map<String, String> settings;
  private final Heartbeat heartbeat;

  private AmqpConformanceBroker(
      RealBroker server, Map<String, String> settings, Heartbeat heartbeat) {
    this.server = server;
    this.settings = Map.copyOf(settings);
    this.heartbeat = heartbeat;
  }

  /** That server, with settings of the transport for its tests; closing this closes the server. */
  public static AmqpConformanceBroker on(
      RealBroker server, Map<String, String> settings, Heartbeat heartbeat) {
    return new AmqpConformanceBroker(server, settings, heartbeat);
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
    // A silent network and a deleted queue need nothing special of the server.
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
    try (Connection connection = AmqpForeignClient.open(url());
        Channel channel = connection.createChannel()) {
      channel.queueDelete(queue);
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("The queue " + queue + " was not deleted", e);
    }
  }

  @Override
  public Network network() {
    return RelayedNetwork.to(url(), heartbeat.every(), heartbeat.settings());
  }

  @Override
  public ForeignClient foreignClient() {
    return AmqpForeignClient.connect(url());
  }

  @Override
  public void close() {
    server.close();
  }
}
