package dev.parley.bench.contestant;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * By hand: a channel with confirms, as the tutorial has it. Any thread publishes, under a lock;
 * confirms come on the connection's I/O thread.
 *
 * @param <T> what is remembered of a message until it is confirmed
 */
final class RabbitConfirms<T> {
  private final Channel channel;
  private final Listener<T> listener;
  private final ConcurrentNavigableMap<Long, T> unconfirmed = new ConcurrentSkipListMap<>();

  /** What became of messages; called on the I/O thread. */
  interface Listener<T> {

    /** That one is confirmed; if {@code multiple}, all before it are as well. */
    void confirmed(T last, boolean multiple) throws IOException;

    /** One of those that are told of one by one. */
    default void each(T message, boolean accepted) {}
  }

  RabbitConfirms(Connection connection, Listener<T> listener) throws IOException {
    this.channel = connection.createChannel();
    this.listener = listener;
    channel.confirmSelect();
    channel.addReturnListener(
        returned -> {
          throw new IllegalStateException("No queue: " + returned.getRoutingKey());
        });
    channel.addConfirmListener(
        (number, multiple) -> answered(number, multiple, true),
        (number, multiple) -> answered(number, multiple, false));
  }

  synchronized void publish(String queue, BasicProperties properties, byte[] body, T remembered)
      throws IOException {
    unconfirmed.put(channel.getNextPublishSeqNo(), remembered);
    channel.basicPublish("", queue, true, properties, body);
  }

  private void answered(long number, boolean multiple, boolean accepted) throws IOException {
    T last = unconfirmed.get(number);
    if (multiple) {
      ConcurrentNavigableMap<Long, T> all = unconfirmed.headMap(number, true);
      all.values().forEach(message -> listener.each(message, accepted));
      all.clear();
    } else if (last != null) {
      unconfirmed.remove(number);
      listener.each(last, accepted);
    }
    if (last != null && accepted) {
      listener.confirmed(last, multiple);
    }
  }
}
