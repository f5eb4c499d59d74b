package dev.parley;

import dev.parley.spi.ConnectionState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of each connection and each subscription at one moment.
 *
 * @param connections the connections to the broker
 * @param subscriptions the subscriptions
 */
public record Health(List<Connection> connections, List<Subscription> subscriptions) {

  /**
   * One connection.
   *
   * @param name what it is for
   * @param state its state
   * @param since when it came into that state, by this machine's clock
   * @param inFlight how many messages were sent over it and are not confirmed, or received over it
   *     by subscriptions and are not settled
   * @param lastError why it was lost the last time; null when it never was
   */
  public record Connection(
      String name,
      ConnectionState state,
      Instant since,
      int inFlight,
      @Nullable String lastError) {}

  /**
   * One subscription.
   *
   * @param name its queue, or topic and group
   * @param state its state
   * @param since when it came into that state, by this machine's clock
   * @param inFlight how many messages are received and unsettled
   * @param lastError why it stopped consuming the last time; null when it never did
   */
  public record Subscription(
      String name,
      SubscriptionState state,
      Instant since,
      int inFlight,
      @Nullable String lastError) {}

  public Health {
    connections = List.copyOf(connections);
    subscriptions = List.copyOf(subscriptions);
  }

  /**
   * Whether every connection that was opened is up and every subscription consumes or was paused on
   * request.
   */
  public boolean healthy() {
    return connections.stream()
            .allMatch(c -> c.state() == ConnectionState.UP || c.state() == ConnectionState.IDLE)
        && subscriptions.stream()
            .allMatch(
                s ->
                    s.state() == SubscriptionState.RUNNING
                        || s.state() == SubscriptionState.PAUSED);
  }

  /** The subscription of that name. */
  public Optional<Subscription> subscription(String name) {
    return subscriptions.stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
