package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Delivery;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages as AMQP properties. Stateless. */
final class OutgoingMapper {

  private static final int PERSISTENT = 2;
  private static final int TRANSIENT = 1;

  private OutgoingMapper() {}

  /**
   * The properties of a message.
   *
   * @param out what is sent
   * @param bucket the delay queue it goes through
   * @throws IllegalArgumentException if RabbitMQ would close the channel because of a header
   */
  static AMQP.BasicProperties properties(
      Outgoing out, @Nullable Integer priority, DelayBucket bucket) {
    WireMessage message = out.message();
    Address replyTo = message.replyTo();
    return new AMQP.BasicProperties.Builder()
        .contentType(message.contentType())
        .messageId(message.messageId())
        .correlationId(message.correlationId())
        .replyTo(replyTo == null ? null : replyTo.name())
        .deliveryMode(out.persistent() ? PERSISTENT : TRANSIENT)
        .priority(priority)
        .expiration(bucket.isNone() ? expiration(out.timeToLive()) : null)
        .headers(headers(out, bucket))
        .build();
  }

  /**
   * The user's own message; untouched but for what a call needs.
   *
   * @throws IllegalArgumentException if it is not of the client library's type
   */
  static Delivery nativeMessage(Outgoing out, Object message) {
    if (!(message instanceof Delivery delivery)) {
      throw new IllegalArgumentException(
          "RabbitMQ sends a native message of type "
              + Delivery.class.getName()
              + ", not "
              + message.getClass().getName());
    }
    AMQP.BasicProperties given =
        delivery.getProperties() == null ? new AMQP.BasicProperties() : delivery.getProperties();
    AMQP.BasicProperties.Builder properties = given.builder();
    if (out.message().correlationId() != null) {
      properties.correlationId(out.message().correlationId());
    }
    Address replyTo = out.message().replyTo();
    if (replyTo != null) {
      properties.replyTo(replyTo.name());
    }
    return new Delivery(delivery.getEnvelope(), properties.build(), delivery.getBody());
  }

  private static @Nullable String expiration(@Nullable Duration timeToLive) {
    return timeToLive == null ? null : Long.toString(Math.max(1, timeToLive.toMillis()));
  }

  private static @Nullable Map<String, Object> headers(Outgoing out, DelayBucket bucket) {
    Map<String, String> given = out.message().headers();
    if (given.isEmpty() && out.key() == null && bucket.isNone()) {
      return null;
    }
    Map<String, Object> headers = new HashMap<>(given);
    for (String routing : RabbitHeaders.ROUTING) {
      if (headers.containsKey(routing)) {
        throw new IllegalArgumentException(
            "the header \"" + routing + "\" is RabbitMQ's own, for a list of further queues");
      }
    }
    if (out.key() != null) {
      headers.put(WireHeaders.KEY, out.key());
    }
    if (!bucket.isNone()) {
      delayed(headers, out, bucket);
    }
    return headers;
  }

  /**
   * A delay queue takes the expiration away from what leaves it, so a limit becomes a deadline:
   * wall-clock time, because it is compared on another machine anyhow.
   */
  private static void delayed(Map<String, Object> headers, Outgoing out, DelayBucket bucket) {
    long left = bucket.left(out.delay()).toMillis();
    if (left > 0) {
      headers.put(RabbitHeaders.DELAY_LEFT, Long.toString(left));
    }
    if (out.timeToLive() != null) {
      long limit = out.delay().plus(out.timeToLive()).toMillis();
      headers.putIfAbsent(WireHeaders.DEADLINE, Long.toString(System.currentTimeMillis() + limit));
    }
  }
}
