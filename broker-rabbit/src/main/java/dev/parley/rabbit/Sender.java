package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.support.DeadlineSweep;
import dev.parley.spi.support.Deadlines;
import dev.parley.spi.support.SendBudget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message to its outcome: prepared on the caller's thread, held back where something
 * must be known first, written by the {@link Publisher}, and in any case done by its deadline.
 *
 * <p>Any thread sends. It never blocks.
 */
final class Sender implements PublishLane.Events {

  private final Scheduler scheduler;
  private final SendBudget budget;
  private final Router router;
  private final Publisher publisher;
  private final ConnectionKeeper connection;
  private final Gate gate;
  private final DeadlineSweep<PendingSend> deadlines;
  private volatile boolean closed;

  Sender(
      RabbitSettings settings,
      Scheduler scheduler,
      Declarer declarer,
      ConnectionKeeper.Factory connections) {
    this.scheduler = scheduler;
    this.budget = settings.sendBudget().get();
    this.router = new Router(budget);
    this.publisher = new Publisher(this);
    this.connection = connections.keeper("publish", publisher);
    this.gate = new Gate(declarer, scheduler, this::enqueue);
    this.deadlines = new DeadlineSweep<>(scheduler, this::takeOverdue, this::expire);
  }

  ConnectionKeeper connection() {
    return connection;
  }

  /**
   * Sends a message, see {@link dev.parley.spi.Transport#send}.
   *
   * @param check what must be known or made before, in place of what its address asks for
   */
  void send(Outgoing out, @Nullable Check check, SendListener listener) {
    if (!Router.isPossible(out.to())) {
      listener.completed(
          SendResult.unroutable(out.to() + ": RabbitMQ has no names longer than 255 bytes"));
      return;
    }
    try {
      send(router.prepare(out, check, listener), listener);
    } catch (IllegalArgumentException e) {
      listener.completed(
          SendResult.refused("cannot be sent to " + out.to() + ": " + e.getMessage(), e));
    }
  }

  /** Sends a copy of a message that was received. */
  void sendCopy(
      Route route,
      AMQP.BasicProperties properties,
      byte[] body,
      Duration timeout,
      SendListener listener) {
    long deadline = scheduler.nanoTime() + timeout.toNanos();
    send(new PendingSend(route, properties, body, deadline, budget, listener), listener);
  }

  private void send(PendingSend send, SendListener listener) {
    if (closed) {
      listener.completed(SendResult.refused("the broker was closed", null));
      return;
    }
    if (!budget.take(send.body().length)) {
      listener.completed(SendResult.refused("the publish buffer is full: " + budget, null));
      return;
    }
    connection.start();
    Check check = send.route().check();
    if (check == null) {
      enqueue(send);
    } else {
      gate.pass(send, check);
    }
    deadlines.add(send.deadlineNanos());
    if (closed) {
      close(); // which may have looked before the message was there
    }
  }

  private void enqueue(PendingSend send) {
    publisher.enqueue(send);
    connection.workOrWake();
  }

  private void takeOverdue(Deadlines<PendingSend> look) {
    publisher.takeOverdue(look);
    gate.takeOverdue(look);
  }

  private void expire(PendingSend send) {
    if (publisher.isBlocked()) {
      send.expire("RabbitMQ accepts no messages now (memory or disk alarm)");
    } else {
      send.expire(connection.isOpen() ? "too many before it" : connection.whyClosed());
    }
  }

  /** Receives replies on the channel requests are published on, from now on. */
  void replies(DirectReplies replies) {
    publisher.replies(replies);
    connection.start();
    connection.wake();
  }

  /** What is known of exchanges and queues may be wrong by now. */
  void forgetAll() {
    gate.forgetAll();
  }

  @Override
  public void unroutable(PendingSend send) {
    Check check = send.route().check();
    if (check != null) {
      gate.disproved(check);
    }
  }

  @Override
  public void unread(PendingSend send) {
    publisher.writeAgain(send);
  }

  @Override
  public void closed() {
    connection.wake();
  }

  /** What waits is refused. What is written ends with the connection. Idempotent. */
  void close() {
    closed = true;
    gate.close(SendResult.refused("the broker was closed", null));
    publisher.close();
  }

  /** How many messages have no outcome yet. */
  int unconfirmed() {
    return budget.messages();
  }
}
