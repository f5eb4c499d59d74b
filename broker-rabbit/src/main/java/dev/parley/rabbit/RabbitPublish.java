package dev.parley.rabbit;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.TransportOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one message is published on RabbitMQ, given to {@code publish}; ignored by other brokers.
 * Immutable.
 */
@TransportOption("rabbit")
public final class RabbitPublish {

  private static final RabbitPublish DEFAULT = new RabbitPublish(null, "", null);

  private final @Nullable String exchange;
  private final String routingKey;
  private final @Nullable Integer priority;

  private RabbitPublish(@Nullable String exchange, String routingKey, @Nullable Integer priority) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.priority = priority;
  }

  /**
   * Through that exchange with that routing key, instead of to the queue or topic that was named.
   * When the exchange does not exist, or no queue takes the message, the publish fails with {@code
   * NO_HANDLER}. It cannot be combined with a delay.
   */
  public static RabbitPublish exchange(String exchange, String routingKey) {
    return new RabbitPublish(
        requireNonNull(exchange, "exchange"), requireNonNull(routingKey, "routingKey"), null);
  }

  /**
   * With that priority, from 0 to 255; only queues declared with {@code x-max-priority} heed it.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public static RabbitPublish priority(int priority) {
    return DEFAULT.withPriority(priority);
  }

  /** The same with a priority, see {@link #priority}. */
  public RabbitPublish withPriority(int newPriority) {
    if (newPriority < 0 || newPriority > 255) {
      throw new IllegalArgumentException("priority must be from 0 to 255, was " + newPriority);
    }
    return new RabbitPublish(exchange, routingKey, newPriority);
  }

  /** The last one among the options, or one that changes nothing. */
  static RabbitPublish of(List<Object> options) {
    RabbitPublish publish = DEFAULT;
    for (Object option : options) {
      if (option instanceof RabbitPublish given) {
        publish = given;
      }
    }
    return publish;
  }

  /** The exchange; null where none was given. */
  @Nullable String exchange() {
    return exchange;
  }

  String routingKey() {
    return routingKey;
  }

  @Nullable Integer priority() {
    return priority;
  }

  @Override
  public String toString() {
    return "RabbitPublish[exchange="
        + exchange
        + ", routingKey="
        + routingKey
        + ", priority="
        + priority
        + "]";
  }
}
