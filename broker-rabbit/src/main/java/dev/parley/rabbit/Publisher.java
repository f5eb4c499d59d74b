package dev.parley.rabbit;

import dev.parley.spi.SendResult;
import dev.parley.spi.support.Deadlines;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to RabbitMQ: the work of the publish connection.
 *
 * <p>Any thread enqueues. The keeper's thread writes, so no thread of the user's ever waits for a
 * socket; but what is small is written at once by the thread that sends it, as long as what
 * RabbitMQ has not read yet is so little that the write cannot wait. One thread writes at a time;
 * the keeper sees to that. There are two lanes: one to the default exchange, which nothing but a
 * broken message can close, and one to all other exchanges, which a deleted exchange closes. Each
 * is opened when it is needed first.
 *
 * <p>The queues are concurrent and bounded by {@link SendBudget}; the lanes are written by the
 * writing thread and read by the timer, which looks for overdue messages.
 */
final class Publisher implements ConnectionWork {

  private static final int BATCH = 64;
  private static final int QUEUES = 0;
  private static final int EXCHANGES = 1;

  private final ConcurrentLinkedQueue<PendingSend> queue = new ConcurrentLinkedQueue<>();
  private final ConcurrentSkipListMap<Long, PendingSend> again = new ConcurrentSkipListMap<>();
  private final AtomicReferenceArray<@Nullable PublishLane> lanes = new AtomicReferenceArray<>(2);
  private final PublishLane.Events events;
  private volatile @Nullable DirectReplies replies;
  private volatile boolean blocked;
  private volatile boolean closed;
  private long numbers; // the writing thread alone

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
  public void connected(OpenConnection connection) {
    lanes.set(QUEUES, null);
    lanes.set(EXCHANGES, null);
  }

  @Override
  public void run(OpenConnection connection) throws IOException {
    DirectReplies wanted = replies;
    if (wanted != null) {
      openLane(connection, QUEUES);
      wanted.consume(lane(QUEUES).channel());
    }
    while (!blocked && connection.isOpen()) {
      PendingSend send = next();
      if (send == null) {
        return;
      }
      if (isOpen(laneOf(send))) {
        writeBatch(connection, send);
      } else {
        // Behind what the closed lane has not sent, which is known once the next one is open. That
        // waits for RabbitMQ's answer, so it cannot be part of a batch.
        writeAgain(send);
        openLane(connection, laneOf(send));
      }
    }
  }

  @Override
  public boolean runAtOnce(OpenConnection connection) throws IOException {
    if (!again.isEmpty() || queue.isEmpty()) {
      return queue.isEmpty();
    }
    connection.beginBatch();
    try {
      while (!blocked && connection.isOpen() && connection.hasRoom()) {
        PendingSend send = next();
        if (send == null) {
          return true;
        }
        if (!send.isSmall()) {
          writeAgain(send);
          return false;
        }
        if (!write(send)) {
          return false;
        }
      }
      return false;
    } finally {
      connection.endBatch();
    }
  }

  private void writeBatch(OpenConnection connection, PendingSend first) throws IOException {
    connection.beginBatch();
    try {
      PendingSend send = first;
      for (int i = 1; send != null && write(send); i++) {
        send = i < BATCH && !blocked ? next() : null;
      }
    } finally {
      connection.endBatch();
    }
  }

  /** Writes a message, or puts it back and returns false. */
  private boolean write(PendingSend send) throws IOException {
    int lane = laneOf(send);
    if (send.isDone() || (isOpen(lane) && lane(lane).write(send))) {
      return true;
    }
    writeAgain(send);
    return false;
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

  /** It was certainly not sent, and is the next one, or next after those that were before it. */
  void writeAgain(PendingSend send) {
    again.put(send.number(), send);
    if (closed) {
      close();
    }
  }

  private static int laneOf(PendingSend send) {
    return send.route().exchange().isEmpty() ? QUEUES : EXCHANGES;
  }

  private PublishLane lane(int index) {
    return Objects.requireNonNull(lanes.get(index), "the lane was not opened");
  }

  private boolean isOpen(int index) {
    PublishLane lane = lanes.get(index);
    return lane != null && lane.isOpen();
  }

  private void openLane(OpenConnection connection, int index) throws IOException {
    if (!isOpen(index)) {
      lanes.set(index, PublishLane.open(connection, events));
    }
  }

  @Override
  public void lost() {
    // The lanes hear of it from their channels.
  }

  @Override
  public void blocked(boolean nowBlocked) {
    blocked = nowBlocked;
  }

  /** Takes out what is overdue. */
  void takeOverdue(Deadlines<PendingSend> deadlines) {
    queue.removeIf(deadlines::isOverdue);
    again.values().removeIf(deadlines::isOverdue);
    for (int i = 0; i < lanes.length(); i++) {
      PublishLane lane = lanes.get(i);
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
