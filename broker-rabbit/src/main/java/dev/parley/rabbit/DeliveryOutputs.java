package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendListener;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the deliveries of one listening send before they are settled. Any thread; stateless but for
 * what it is made of.
 */
final class DeliveryOutputs {

  private static final String DEAD_SUFFIX = ".dead";
  private static final Duration COPY_TIMEOUT = Duration.ofSeconds(30);

  private final Sender sender;
  private final Settler settler;
  private final String deadLetters;

  /**
   * For the listening to that queue or topic.
   *
   * @param source the name of the queue or the topic
   */
  DeliveryOutputs(Sender sender, Settler settler, String source) {
    this.sender = sender;
    this.settler = settler;
    this.deadLetters = source + DEAD_SUFFIX;
  }

  /** Sends one output; the queue for dead letters is declared when it is missing. */
  void send(Outgoing out, boolean dead, SendListener listener) {
    Address to = out.to();
    boolean isDeadLetter = dead && to.kind() == Address.Kind.QUEUE && to.name().equals(deadLetters);
    sender.send(out, isDeadLetter ? Check.declared(deadLetters) : null, listener);
  }

  /**
   * Sends a copy that comes to that queue after the delay.
   *
   * <p>The copy is the message as it came, with the attempt's number, and without what belonged to
   * its first way: the traces of delay queues; lists of further queues, which have their copies; a
   * user id, which RabbitMQ accepts from that user only; and the expiration, which would end the
   * delay early. A deadline among its headers stays, and the receiver enforces it.
   */
  void sendAgain(
      String queue,
      AMQP.BasicProperties properties,
      byte[] body,
      Settlement retry,
      SendListener listener) {
    DelayBucket bucket = DelayBucket.of(retry.delay());
    Route route =
        bucket.isNone()
            ? Route.toQueue(Address.queue(queue), null)
            : new Route(
                Address.queue(queue), bucket.forQueues(), queue, true, Check.delay(queue, bucket));
    AMQP.BasicProperties copy =
        properties
            .builder()
            .headers(headers(properties, retry, bucket))
            .expiration(null)
            .userId(null)
            .build();
    sender.sendCopy(route, copy, body, COPY_TIMEOUT, listener);
  }

  private static Map<String, Object> headers(
      AMQP.BasicProperties properties, Settlement retry, DelayBucket bucket) {
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      headers.putAll(properties.getHeaders());
    }
    headers.keySet().removeIf(RabbitHeaders::isTrace);
    headers.keySet().removeAll(RabbitHeaders.ROUTING);
    headers.put(WireHeaders.ATTEMPT, Integer.toString(retry.attempt()));
    long left = bucket.left(retry.delay()).toMillis();
    if (left > 0) {
      headers.put(RabbitHeaders.DELAY_LEFT, Long.toString(left));
    } else {
      headers.remove(RabbitHeaders.DELAY_LEFT);
    }
    return headers;
  }

  void settle(Settler.Item item) {
    settler.add(item);
  }
}
