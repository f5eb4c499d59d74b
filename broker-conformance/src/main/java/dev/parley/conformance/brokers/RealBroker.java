package dev.parley.conformance.brokers;

import java.util.List;
import java.util.Map;

/**
 * A running broker, with the faults that a test can make it suffer.
 *
 * <p>Methods that cause faults return when the fault has happened, and throw {@link
 * UnsupportedOperationException} with the reason where {@link #missing()} names the capability, and
 * {@link RealBrokerException} when the server does not obey within a minute. They are called by one
 * thread at a time; {@link #close()} may be called by any thread at any time.
 */
public interface RealBroker extends AutoCloseable {

  /**
   * The address, exactly as the setting {@code broker.url} takes it. The same for the whole life of
   * the broker. It has no path, which stands for the default virtual host.
   */
  String url();

  /** Which server this is and where it came from, for people. */
  String servedBy();

  /** What this server cannot do, each with the reason; empty when nothing is left out. */
  Map<BrokerCapability, String> missing();

  /** Whether {@link #missing()} does not name the capability. */
  default boolean can(BrokerCapability capability) {
    return !missing().containsKey(capability);
  }

  /** Ends the server cleanly and keeps its port and its data; does nothing when it is stopped. */
  default void stop() {
    throw unsupported(BrokerCapability.RESTART);
  }

  /**
   * Starts the server again after {@link #stop()} or {@link #kill()} and returns when it accepts
   * connections; does nothing when it runs.
   */
  default void start() {
    throw unsupported(BrokerCapability.RESTART);
  }

  /** {@link #stop()}, then {@link #start()}. */
  default void restart() {
    stop();
    start();
  }

  /** Ends the server as a crash of its machine would: nothing is flushed, no client is told. */
  default void kill() {
    throw unsupported(BrokerCapability.KILL);
  }

  /** Makes the server close every connection that is open now. New ones are accepted. */
  default void closeAllConnections() {
    throw unsupported(BrokerCapability.CLOSE_CONNECTIONS);
  }

  /** Makes the server stop reading from connections that publish, until it is unblocked. */
  default void blockPublishers() {
    throw unsupported(BrokerCapability.BLOCK_PUBLISHERS);
  }

  /** Ends {@link #blockPublishers()}; does nothing when publishers are not blocked. */
  default void unblockPublishers() {
    throw unsupported(BrokerCapability.BLOCK_PUBLISHERS);
  }

  /**
   * Runs the server's control command ({@code rabbitmqctl}) and returns what it printed. A failure
   * of the command is a {@link RealBrokerException} with its output.
   */
  default String ctl(String... arguments) {
    throw unsupported(BrokerCapability.CTL);
  }

  /**
   * Listeners of a Kafka server that lead over a port where nobody listens yet: a test puts its
   * relay there. Default: none.
   */
  default List<KafkaListener> relayed() {
    return List.of();
  }

  /** Ends the server and removes whatever it left on this machine. Idempotent. */
  @Override
  void close();

  private UnsupportedOperationException unsupported(BrokerCapability capability) {
    return new UnsupportedOperationException(
        "%s cannot %s: %s"
            .formatted(servedBy(), capability.description(), missing().get(capability)));
  }
}
