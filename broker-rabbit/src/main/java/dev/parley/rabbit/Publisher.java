package dev.parley.rabbit;

import com.rabbitmq.client.Connection;
import dev.parley.spi.SendResult;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to RabbitMQ: the work of the publish connection.
 *
 * <p>Any thread enqueues; only the keeper's thread writes, so no thread of the user's ever waits
 * for a socket. There are two lanes: one to the default exchange, which nothing but a broken
 * message can close, and one to all other exchanges, which a deleted exchange closes. Each is
 * opened when it is needed first.
 *
 * <p>The queues are concurrent and bounded by {@link SendBudget}; the lanes are written by the
 * keeper's thread and read by the timer, which looks for overdue messages.
 */
final class Publisher implements ConnectionKeeper.Work {

  private final ConcurrentLinkedQueue<PendingSend> queue = new ConcurrentLinkedQueue<>();
  private final ConcurrentSkipListMap<Long, PendingSend> again = new ConcurrentSkipListMap<>();
  private final PublishLane.Events events;
  private long numbers; // the keeper's thread alone
  private volatile @Nullable PublishLane queues;
  private volatile @Nullable PublishLane exchanges;
  private volatile @Nullable DirectReplies replies;
  private volatile boolean blocked;
  private volatile boolean closed;

  Publisher(PublishLane.Events events) {
    this.events = events;
  }

  /** Queues a message; the caller wakes the keeper. */
  void enqueue(PendingSend send) {
    queue.add(send);
    if (closed) {
      close(); // which may have looked before the message was there
    }
  }

  /** Receives replies on the channel requests are published on, from now on. */
  void replies(DirectReplies newReplies) {
    replies = newReplies;
  }

  boolean isBlocked() {
    return blocked;
  }

  @Override
  public void connected(Connection connection) throws IOException {
    queues = null;
    exchanges = null;
    openForReplies(connection);
  }

  @Override
  public void run(Connection connection) throws IOException {
    openForReplies(connection);
    while (!blocked && connection.isOpen()) {
      PendingSend send = next();
      if (send == null) {
        return;
      }
      write(connection, send);
    }
  }

  private @Nullable PendingSend next() {
    Map.Entry<Long, PendingSend> first = again.pollFirstEntry();
    if (first != null) {
      return first.getValue();
    }
    PendingSend send = queue.poll();
    if (send != null) {
      send.number(++numbers);
    }
    return send;
  }

  private void write(Connection connection, PendingSend send) throws IOException {
    boolean toQueue = send.route().exchange().isEmpty();
    PublishLane lane = toQueue ? queues : exchanges;
    if (lane == null || !lane.isOpen()) {
      writeAgain(send); // behind what the closed lane has not sent, known once the next one is open
      lane = PublishLane.open(connection, events);
      if (toQueue) {
        queues = lane;
      } else {
        exchanges = lane;
      }
    } else if (!send.isDone() && !lane.write(send)) {
      writeAgain(send);
    }
  }

  /** It was certainly not sent, and is the next one, or next after those that were before it. */
  void writeAgain(PendingSend send) {
    again.put(send.number(), send);
    if (closed) {
      close();
    }
  }

  private void openForReplies(Connection connection) throws IOException {
    DirectReplies wanted = replies;
    if (wanted == null) {
      return;
    }
    PublishLane lane = queues;
    if (lane == null || !lane.isOpen()) {
      lane = PublishLane.open(connection, events);
      queues = lane;
    }
    wanted.consume(lane.channel());
  }

  @Override
  public void lost(String reason) {
    // The lanes hear of it from their channels.
  }

  @Override
  public void blocked(boolean nowBlocked) {
    blocked = nowBlocked;
  }

  /** Takes out what is overdue. */
  void takeOverdue(Deadlines deadlines) {
    queue.removeIf(deadlines::isOverdue);
    again.values().removeIf(deadlines::isOverdue);
    for (PublishLane lane : new PublishLane[] {queues, exchanges}) {
      if (lane != null) {
        lane.takeOverdue(deadlines);
      }
    }
  }

  /** Nothing more is written; what waits is refused. Idempotent. */
  void close() {
    closed = true;
    SendResult refused = SendResult.refused("the broker was closed", null);
    for (PendingSend send = queue.poll(); send != null; send = queue.poll()) {
      send.complete(refused);
    }
    again.values().forEach(send -> send.complete(refused));
  }
}
