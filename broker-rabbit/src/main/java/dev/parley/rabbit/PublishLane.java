package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.SendResult;
import dev.parley.spi.support.Deadlines;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One confirming channel: what is written to it, until RabbitMQ has answered.
 *
 * <p>The publisher's thread opens it and writes; confirms, returns and the end come on the
 * connection's I/O thread. {@link ConfirmTracker} guards what they share.
 */
final class PublishLane {

  private static final Logger log = LoggerFactory.getLogger(PublishLane.class);
  private static final int RING = 1 << 13;

  private final OpenConnection connection;
  private final Channel channel;
  private final Product product;
  private final ConfirmTracker tracker = new ConfirmTracker(RING);
  private final Queue<PendingSend> rejected = new ConcurrentLinkedQueue<>(); // not returned yet
  private final Events events;

  /** What becomes of a lane; told on the I/O thread, must not block. */
  interface Events {

    /** The message went nowhere; it is completed already. */
    void unroutable(PendingSend send);

    /** It was written, and RabbitMQ has certainly not read it. */
    void unread(PendingSend send);

    /** RabbitMQ has closed the channel, or the connection is lost. */
    void closed();
  }

  private PublishLane(OpenConnection connection, Channel channel, Events events) {
    this.connection = connection;
    this.channel = channel;
    this.product = connection.product();
    this.events = events;
  }

  /** Opens a lane. */
  static PublishLane open(OpenConnection connection, Events events) throws IOException {
    PublishLane lane = new PublishLane(connection, Channels.open(connection.connection()), events);
    Channel channel = lane.channel;
    channel.addReturnListener(
        (code, text, exchange, key, properties, body) -> lane.returned(exchange, key, properties));
    channel.addConfirmListener(lane::confirmed, lane::rejected);
    channel.addShutdownListener(lane::closed);
    try {
      // Not Channel.confirmSelect(): that makes the library keep a sorted set of all unconfirmed
      // numbers as well, which nobody here asks for.
      channel.rpc(new AMQP.Confirm.Select.Builder().build());
    } catch (ShutdownSignalException e) {
      throw new IOException(e);
    }
    return lane;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  Channel channel() {
    return channel;
  }

  /**
   * Writes a message; false when the channel is closed and nothing was written.
   *
   * @throws IOException if the connection broke while writing
   */
  boolean write(PendingSend send) throws IOException {
    if (!send.beginWrite()) {
      return true; // expired
    }
    if (!tracker.add(send)) {
      return !send.undoWrite();
    }
    Route route = send.route();
    try {
      channel.basicPublish(
          route.exchange(),
          route.routingKey(),
          route.mandatory(),
          product.written(send.properties()),
          send.body());
      send.writtenUpTo(connection.written());
      return true;
    } catch (AlreadyClosedException e) {
      tracker.undoAdd();
      return !send.undoWrite();
    } catch (
        IllegalArgumentException e) { // such as headers too big for a frame; nothing is written
      tracker.undoAdd();
      send.complete(
          SendResult.refused("cannot be sent to " + route.to() + ": " + e.getMessage(), e));
      return true;
    }
  }

  private void confirmed(long tag, boolean multiple) {
    tracker.answered(tag, multiple, this::confirmed);
  }

  private void confirmed(PendingSend send) {
    connection.readUpTo(send.writtenUpTo());
    send.complete(SendResult.CONFIRMED);
  }

  private void rejected(long tag, boolean multiple) {
    tracker.answered(tag, multiple, this::rejected);
  }

  private void rejected(PendingSend send) {
    if (product.returnsFirst() || !send.route().mandatory()) {
      send.complete(send.rejection());
    } else if (send.reject()) {
      rejected.add(send);
    }
  }

  /** A return comes before the confirm of the same message, or else after its rejection. */
  private void returned(String exchange, String routingKey, AMQP.BasicProperties properties) {
    PendingSend send = rejected(exchange, routingKey, properties);
    if (send == null) {
      send = tracker.returned(exchange, routingKey, properties);
    } else {
      rejected.remove(send);
    }
    if (send == null) {
      log.debug("RabbitMQ returned a message that was not waited for any more");
    } else {
      send.complete(SendResult.unroutable(send.route().missing()));
      events.unroutable(send);
    }
  }

  private @Nullable PendingSend rejected(
      String exchange, String routingKey, AMQP.BasicProperties properties) {
    for (PendingSend send : rejected) {
      if (send.isReturned(exchange, routingKey, properties)) {
        return send;
      }
    }
    return null;
  }

  private void closed(ShutdownSignalException cause) {
    for (PendingSend send = rejected.poll(); send != null; send = rejected.poll()) {
      send.complete(send.rejection());
    }
    boolean complete = tracker.isComplete();
    List<PendingSend> open = tracker.close();
    int culprit = complete ? Culprit.find(open, cause) : -1;
    String why = BrokerErrors.describe(cause);
    for (int i = 0; i < open.size() && (culprit < 0 || i < culprit); i++) {
      open.get(i).complete(SendResult.unknown("may have been sent: " + why, cause));
    }
    if (culprit >= 0) {
      // RabbitMQ reads no further on a channel it is about to close.
      for (PendingSend unread : open.subList(culprit + 1, open.size())) {
        if (unread.undoWrite()) {
          events.unread(unread);
        }
      }
      blame(open.get(culprit), cause, why);
    }
    events.closed();
  }

  private void blame(PendingSend culprit, ShutdownSignalException cause, String why) {
    if (BrokerErrors.channelCode(cause) == AMQP.NOT_FOUND) {
      culprit.complete(SendResult.unroutable(why));
      events.unroutable(culprit);
    } else {
      culprit.complete(SendResult.refused(why, cause));
    }
  }

  void takeOverdue(Deadlines<PendingSend> deadlines) {
    tracker.takeOverdue(deadlines);
    rejected.removeIf(deadlines::isOverdue);
  }
}
