package dev.parley.rabbit;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection with its socket, so that it can be ended whatever state it is in. Any thread. */
final class OpenConnection {

  private static final Logger log = LoggerFactory.getLogger(OpenConnection.class);

  /**
   * With no more than this unread by RabbitMQ, a small message fits into the buffers of any socket,
   * so that a write does not wait, not even where the network is silent. With more, so many send at
   * once that a thread which gathers what they send costs less than writing it one by one.
   */
  private static final long LITTLE = 1024;

  private static final Duration POLITE = Duration.ofSeconds(2);

  private final Connection connection;
  private final WireSocket socket;
  private final ThreadFactory threads;
  private final Product product;
  private volatile long readUpTo; // written by the connection's I/O thread

  OpenConnection(Connection connection, WireSocket socket, ThreadFactory threads) {
    this.connection = connection;
    this.socket = socket;
    this.threads = threads;
    this.product = Product.of(connection);
  }

  Connection connection() {
    return connection;
  }

  Product product() {
    return product;
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  /** How many bytes were written so far. */
  long written() {
    return socket.output().written();
  }

  /** RabbitMQ has read so many of them: it reads in order, and has answered what comes next. */
  void readUpTo(long bytes) {
    readUpTo = Math.max(readUpTo, bytes);
  }

  /** Whether a small message can be written without waiting. */
  boolean hasRoom() {
    return written() - readUpTo < LITTLE;
  }

  /** What is written from now on goes out in as few pieces as can be; each begin needs its end. */
  void beginBatch() {
    socket.output().begin();
  }

  /** What was written goes out now. */
  void endBatch() throws IOException {
    socket.output().end();
  }

  /**
   * Says goodbye, and after two seconds closes the socket without. The goodbye is a write that a
   * dead network never ends, hence the thread.
   */
  void close() {
    Thread goodbye = threads.newThread(() -> connection.abort((int) POLITE.toMillis()));
    goodbye.start();
    try {
      goodbye.join(POLITE.plusMillis(200).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeHard(socket);
  }

  /** Closes a socket at once, dropping what is buffered; whoever writes or reads there fails. */
  static void closeHard(@Nullable Socket socket) {
    if (socket == null) {
      return;
    }
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      log.trace("already closed", e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("closing a socket failed", e);
    }
  }
}
