package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.support.InOrder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An inbox by RabbitMQ's direct reply-to: no queue, the replies come on the channel the requests
 * were published on.
 *
 * <p>What that costs: replies under way are lost whenever that channel closes, be it because of one
 * message RabbitMQ does not accept; there is one for each transport; and RabbitMQ itself advises
 * against it for many replies to one requester.
 *
 * <p>The publisher's thread consumes; messages and the end come on the I/O thread; any thread
 * closes.
 */
final class DirectReplies implements Inbox {

  private static final String PSEUDO_QUEUE = "amq.rabbitmq.reply-to";

  private final InboxListener listener;
  private final InOrder events = new InOrder();
  private @Nullable Channel consuming; // the publisher's thread alone
  private volatile boolean closed;

  DirectReplies(InboxListener listener) {
    this.listener = listener;
  }

  /** Consumes on that channel, unless it does already. Waits for RabbitMQ's answer. */
  void consume(Channel channel) throws IOException {
    if (closed || channel == consuming) {
      return;
    }
    try {
      channel.basicConsume(PSEUDO_QUEUE, true, new Replies(channel));
    } catch (ShutdownSignalException e) {
      throw new IOException(e);
    }
    consuming = channel;
  }

  @Override
  public void close() {
    closed = true; // the consumer ends with its channel
  }

  private void tell(Runnable event) {
    events.add(event);
    events.tell();
  }

  private final class Replies extends DefaultConsumer {

    Replies(Channel channel) {
      super(channel);
    }

    @Override
    public void handleConsumeOk(String consumerTag) {
      tell(() -> listener.ready(Address.reply(PSEUDO_QUEUE)));
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      if (!closed) {
        listener.received(IncomingMapper.message(properties, body));
      }
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
      if (!closed) {
        tell(() -> listener.gone(BrokerErrors.describe(cause)));
      }
    }
  }
}
