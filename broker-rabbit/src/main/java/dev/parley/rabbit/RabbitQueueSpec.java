package dev.parley.rabbit;

import static java.util.Objects.requireNonNull;

import dev.parley.spi.TransportOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a queue is declared on RabbitMQ, given to {@code declare} and {@code subscribe}; ignored by
 * other brokers. A queue that exists already is used as it is.
 *
 * <p>Immutable; each method gives a changed copy. Beside a handler the annotation {@link
 * RabbitQueue} says the same.
 */
@TransportOption("rabbit")
public final class RabbitQueueSpec {

  /** A durable queue of the configured type, bound to nothing but the default exchange. */
  public static final RabbitQueueSpec DEFAULT =
      new RabbitQueueSpec(RabbitQueue.Type.CONFIGURED, null, Map.of());

  private static final Set<String> EXCHANGE_TYPES = Set.of("direct", "topic", "fanout", "headers");
  private static final int DELIVERY_LIMIT = 1_000_000;

  private final RabbitQueue.Type type;
  private final @Nullable Binding binding;
  private final Map<String, Object> arguments;

  /** An exchange and the keys a queue is bound to it by. */
  record Binding(String exchange, String exchangeType, List<String> routingKeys) {}

  private RabbitQueueSpec(
      RabbitQueue.Type type, @Nullable Binding binding, Map<String, Object> arguments) {
    this.type = type;
    this.binding = binding;
    this.arguments = arguments;
  }

  /** As a queue of that type. */
  public RabbitQueueSpec type(RabbitQueue.Type newType) {
    return new RabbitQueueSpec(requireNonNull(newType, "type"), binding, arguments);
  }

  /** With only one consumer at a time, over all instances. */
  public RabbitQueueSpec singleActiveConsumer() {
    return argument("x-single-active-consumer", true);
  }

  /**
   * Bound to an exchange as well, which is declared durable when it is missing.
   *
   * @param exchangeType direct, topic, fanout or headers
   * @param routingKeys none means one binding with the empty key
   * @throws IllegalArgumentException if the exchange has no name or the type is another one
   */
  public RabbitQueueSpec boundTo(String exchange, String exchangeType, String... routingKeys) {
    if (exchange.isEmpty()) {
      throw new IllegalArgumentException(
          "the exchange to bind to must have a name; the default exchange binds by itself");
    }
    if (!EXCHANGE_TYPES.contains(exchangeType)) {
      throw new IllegalArgumentException(
          "the type of exchange \""
              + exchange
              + "\" must be direct, topic, fanout or headers, was \""
              + exchangeType
              + "\"");
    }
    List<String> keys = routingKeys.length == 0 ? List.of("") : List.of(routingKeys);
    return new RabbitQueueSpec(type, new Binding(exchange, exchangeType, keys), arguments);
  }

  /** With that argument, such as {@code x-max-length}; numbers are given as such. */
  public RabbitQueueSpec argument(String name, Object value) {
    Map<String, Object> more = new HashMap<>(arguments);
    more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
    return new RabbitQueueSpec(type, binding, Map.copyOf(more));
  }

  /** What the options say; what is not of this transport's is ignored. */
  static RabbitQueueSpec of(List<Object> options) {
    RabbitQueueSpec spec = DEFAULT;
    for (Object option : options) {
      if (option instanceof RabbitQueueSpec given) {
        spec = given;
      } else if (option instanceof RabbitQueue annotation) {
        spec = of(annotation);
      }
    }
    return spec;
  }

  private static RabbitQueueSpec of(RabbitQueue annotation) {
    RabbitQueueSpec spec = DEFAULT.type(annotation.type());
    if (annotation.singleActiveConsumer()) {
      spec = spec.singleActiveConsumer();
    }
    if (!annotation.exchange().isEmpty()) {
      spec =
          spec.boundTo(annotation.exchange(), annotation.exchangeType(), annotation.routingKeys());
    }
    for (RabbitQueue.Argument argument : annotation.arguments()) {
      spec = spec.argument(argument.name(), value(argument.value()));
    }
    return spec;
  }

  private static Object value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    return text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : text;
  }

  @Nullable Binding binding() {
    return binding;
  }

  /**
   * The arguments to declare with. Quorum queues drop what was handed back more often than their
   * delivery limit, 20 times by default from RabbitMQ 4.0 on; here attempts are counted elsewhere.
   */
  Map<String, Object> arguments(boolean quorumConfigured) {
    Map<String, Object> all = new HashMap<>();
    if (type == RabbitQueue.Type.QUORUM
        || (type == RabbitQueue.Type.CONFIGURED && quorumConfigured)) {
      all.put("x-queue-type", "quorum");
      all.put("x-delivery-limit", DELIVERY_LIMIT);
    }
    all.putAll(arguments);
    return all;
  }

  @Override
  public String toString() {
    return "RabbitQueueSpec[" + type + ", " + binding + ", " + arguments + "]";
  }
}
