package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Delivery;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendListener;
import dev.parley.spi.support.SendBudget;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decides how each message is published. Any thread; no state of its own. */
final class Router {

  private static final int MAX_SHORT_STRING = 255;
  private static final String DIRECT_REPLY = "amq.rabbitmq.reply-to.";

  private final SendBudget budget;

  Router(SendBudget budget) {
    this.budget = budget;
  }

  /**
   * The message, ready to be written.
   *
   * @throws IllegalArgumentException if it cannot be sent at all
   */
  PendingSend prepare(Outgoing out, @Nullable Check check, SendListener listener) {
    RabbitPublish options = RabbitPublish.of(out.options());
    DelayBucket bucket = DelayBucket.of(out.delay());
    Route route = route(out, options, bucket);
    if (check != null) {
      route = route.after(check);
    }
    Object given = out.nativeMessage();
    if (given != null) {
      Delivery message = OutgoingMapper.nativeMessage(out, given);
      return pending(route, message.getProperties(), message.getBody(), out, listener);
    }
    AMQP.BasicProperties properties = OutgoingMapper.properties(out, options.priority(), bucket);
    return pending(route, properties, out.message().body(), out, listener);
  }

  private PendingSend pending(
      Route route,
      AMQP.BasicProperties properties,
      byte[] body,
      Outgoing out,
      SendListener listener) {
    return new PendingSend(route, properties, body, out.deadlineNanos(), budget, listener);
  }

  private static Route route(Outgoing out, RabbitPublish options, DelayBucket bucket) {
    Address to = out.to();
    String exchange = options.exchange();
    if (exchange != null) {
      return toExchange(to, exchange, options.routingKey(), bucket);
    }
    boolean topic = to.kind() == Address.Kind.TOPIC;
    if (!bucket.isNone()) {
      return topic
          ? delayed(to, bucket.forTopics(), Check.delayedTopic(to.name(), bucket))
          : delayed(to, bucket.forQueues(), Check.delayedQueue(to.name(), bucket));
    }
    if (topic) {
      // Not mandatory: the check knows that it exists, and without readers nothing is missing.
      return new Route(to, to.name(), "", false, Check.exchange(to.name()));
    }
    // Direct reply-to names are no queues: mandatory, RabbitMQ would return what it delivers.
    boolean mandatory = !to.name().startsWith(DIRECT_REPLY);
    return new Route(to, "", to.name(), mandatory, null);
  }

  private static Route toExchange(
      Address to, String exchange, String routingKey, DelayBucket bucket) {
    if (!bucket.isNone()) {
      throw new IllegalArgumentException(
          "a delay leads to a queue or a topic, and cannot be combined with exchange \""
              + exchange
              + "\"");
    }
    Check check = exchange.isEmpty() ? null : Check.exchange(exchange);
    return new Route(to, exchange, routingKey, true, check);
  }

  private static Route delayed(Address to, String exchange, Check check) {
    return new Route(to, exchange, to.name(), true, check);
  }

  /** Whether RabbitMQ can have anything of that name. */
  static boolean isPossible(Address address) {
    String name = address.name();
    return name.length() <= MAX_SHORT_STRING / 3
        || name.getBytes(StandardCharsets.UTF_8).length <= MAX_SHORT_STRING;
  }
}
