package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inbox that is an exclusive queue named by RabbitMQ, with one consumer that acknowledges by
 * receiving. It ends with its connection, and the next one has another name.
 *
 * <p>The consume keeper's thread opens and ends the channel; messages and losses come on the I/O
 * thread, so ready and gone keep their order by themselves; any thread closes.
 */
final class RabbitInbox implements Inbox, ConsumeWork.Member {

  private static final Logger log = LoggerFactory.getLogger(RabbitInbox.class);

  private final ConsumeWork work;
  private final Retry retry;
  private final InboxListener listener;
  private volatile @Nullable Channel channel; // written by the keeper's thread
  private volatile boolean closed;

  RabbitInbox(ConsumeWork work, Retry.Factory retries, InboxListener listener) {
    this.work = work;
    this.retry = retries.retry(() -> work.step(this));
    this.listener = listener;
  }

  @Override
  public void step(OpenConnection connection) {
    Channel now = channel;
    if (closed) {
      work.remove(this);
      Channels.abort(now);
    } else if (now == null || !now.isOpen()) {
      retry.attempt(() -> open(connection.connection()), this::failed);
    }
  }

  private void open(Connection connection) throws IOException {
    Channel fresh = Channels.open(connection);
    channel = fresh;
    try {
      String queue = fresh.queueDeclare("", false, true, true, null).getQueue();
      fresh.basicConsume(queue, true, new Messages(fresh, queue));
    } catch (IOException | ShutdownSignalException e) {
      Channels.abort(fresh);
      throw new IOException(e);
    }
  }

  private void failed(Exception error) {
    log.warn("Opening a reply queue failed: {}", BrokerErrors.describe(error));
  }

  @Override
  public void close() {
    closed = true;
    work.step(this);
  }

  /** Receives for one queue. */
  private final class Messages extends DefaultConsumer {

    private final Channel own;
    private final String queue;

    Messages(Channel own, String queue) {
      super(own);
      this.own = own;
      this.queue = queue;
    }

    @Override
    public void handleConsumeOk(String consumerTag) {
      retry.succeeded();
      listener.ready(Address.reply(queue));
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      if (!closed) {
        listener.received(IncomingMapper.message(properties, body));
      }
    }

    @Override
    public void handleCancel(String consumerTag) {
      gone("the reply queue was deleted");
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
      gone(BrokerErrors.describe(cause));
    }

    private void gone(String reason) {
      if (closed || channel != own) {
        return;
      }
      channel = null;
      listener.gone(reason);
      retry.later();
    }
  }
}
