package dev.parley.conformance;

import java.util.Map;
import java.util.Optional;

/**
 * The broker that one transport's tests run against: its address, its faults, and a client of
 * another make. Called by one thread at a time.
 *
 * <p>Methods that cause faults return when the fault has happened; they are not called when {@link
 * #unavailable} gives a reason against them.
 */
public interface ConformanceBroker extends AutoCloseable {

  /** The value of {@code broker.url} for every broker object of the tests. */
  String url();

  /** Settings of this transport that make its tests faster. Default: none. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /**
   * Settings of this transport that make the broker notice soon that a client is dead, where it
   * goes by the client's silence. Default: none.
   */
  default Map<String, String> deathSettings() {
    return Map.of();
  }

  /** Why this broker cannot be made to suffer that fault; empty when it can. */
  Optional<String> unavailable(Fault fault);

  /** Cuts every connection that is open now; new ones are accepted. */
  default void cutConnections() {
    throw new UnsupportedOperationException(Fault.CUT_CONNECTIONS.name());
  }

  /** Ends the server; it keeps its address. */
  default void stop() {
    throw new UnsupportedOperationException(Fault.STOP.name());
  }

  /** Starts the server again after {@link #stop()}; does nothing when it runs. */
  default void start() {
    throw new UnsupportedOperationException(Fault.STOP.name());
  }

  /** Makes the server accept no messages, while connections stay open. */
  default void blockPublishers() {
    throw new UnsupportedOperationException(Fault.BLOCK_PUBLISHERS.name());
  }

  /** Ends {@link #blockPublishers()}; does nothing when publishers are not blocked. */
  default void unblockPublishers() {
    throw new UnsupportedOperationException(Fault.BLOCK_PUBLISHERS.name());
  }

  /** Deletes a queue with its messages, under its consumers if it has some. */
  default void delete(String queue) {
    throw new UnsupportedOperationException(Fault.DELETE_QUEUE.name());
  }

  /** Another way to this broker, over which the network can fall silent; the caller closes it. */
  default Network network() {
    throw new UnsupportedOperationException(Fault.SILENCE.name());
  }

  /**
   * A new client that speaks the broker's own protocol and nothing of ours; the caller closes it.
   */
  ForeignClient foreignClient();

  /** Ends the server and frees what it holds. */
  @Override
  void close();
}
