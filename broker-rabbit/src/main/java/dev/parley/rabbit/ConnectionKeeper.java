package dev.parley.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.ConnectionState;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportException;
import dev.parley.spi.TransportListener;
import dev.parley.spi.support.BackOff;
import dev.parley.spi.support.InOrder;
import dev.parley.spi.support.OwnedThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection open for as long as it lives, on a thread of its own, and does the work that
 * needs the connection on that same thread.
 *
 * <p>{@link #start}, {@link #wake}, {@link #workOrWake}, {@link #open} and {@link #close} may be
 * called by any thread; the loop is the keeper's thread, and one thread works at a time; losses and
 * alarms are told by the connection's I/O thread. The open connection is in an atomic reference
 * that whoever sees the loss first empties.
 */
final class ConnectionKeeper {

  /** Makes the keepers of one transport. */
  record Factory(
      RabbitUrl url, RabbitSettings settings, TransportContext context, OwnedThreads threads) {

    /** The keeper of the connection of that name; it does not connect yet. */
    ConnectionKeeper keeper(String name, ConnectionWork work) {
      String shown = context.clientName() + " " + name;
      ConnectionOpener opener =
          new ConnectionOpener(url, settings, shown, threads.named(name + "-io"));
      return new ConnectionKeeper(
          name, opener, settings.backOff().get(), context.listener(), threads.named(name), work);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(ConnectionKeeper.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration STABLE = Duration.ofSeconds(10);
  private static final int REASONS = 4; // of one outage that are worth a line

  private final String name;
  private final ConnectionOpener opener;
  private final BackOff backOff;
  private final TransportListener listener;
  private final ConnectionWork work;
  private final Thread thread;
  private final Doorbell doorbell = new Doorbell();
  private final InOrder states = new InOrder();
  private final AtomicReference<@Nullable OpenConnection> open = new AtomicReference<>();
  private final CompletableFuture<Void> firstConnected = new CompletableFuture<>();
  private final Set<String> told = new HashSet<>(); // in this outage; of the keeper's thread alone
  private final ReentrantLock working = new ReentrantLock(); // held by the thread that works
  private final AtomicReference<@Nullable Exception> broken = new AtomicReference<>();
  private final Object lock = new Object(); // held to start, to close and to wait for open
  private volatile boolean started;
  private volatile boolean closed;
  private volatile String lastError = "not connected yet";

  private ConnectionKeeper(
      String name,
      ConnectionOpener opener,
      BackOff backOff,
      TransportListener listener,
      ThreadFactory threads,
      ConnectionWork work) {
    this.name = name;
    this.opener = opener;
    this.backOff = backOff;
    this.listener = listener;
    this.work = work;
    this.thread = threads.newThread(this::loop);
  }

  /** Begins to connect. Idempotent; the stage completes once connected, and fails when closed. */
  CompletionStage<Void> start() {
    if (!started) {
      synchronized (lock) {
        if (!started && !closed) {
          started = true;
          thread.start();
        }
      }
    }
    return closed ? CompletableFuture.failedFuture(closedException()) : firstConnected;
  }

  private static TransportException closedException() {
    return new TransportException("cannot connect: the broker was closed", null);
  }

  /** There is work to do. */
  void wake() {
    doorbell.ring();
  }

  /** There is work to do, by this thread if it ends at once; never on an I/O thread. */
  void workOrWake() {
    OpenConnection connection = open.get();
    if (connection == null || IoThreads.isCurrent() || working.isHeldByCurrentThread()) {
      wake();
      return;
    }
    if (!working.tryLock()) {
      wake(); // who works now may have looked before this work was there
      return;
    }
    boolean done = false;
    try {
      done = work.runAtOnce(connection);
    } catch (IOException | RuntimeException e) {
      if (open.get() == connection) {
        broken.set(e); // the keeper's thread gives the connection up
      }
    } finally {
      working.unlock();
    }
    if (!done) {
      wake();
    }
  }

  boolean isOpen() {
    return open.get() != null;
  }

  /** Why there is no connection, in words. */
  String whyClosed() {
    return "no connection to RabbitMQ (" + opener + "): " + lastError;
  }

  /** Waits for the connection; never called by the keeper's own thread. */
  Connection open(Duration limit) throws InterruptedException, TimeoutException {
    start();
    long until = System.nanoTime() + limit.toNanos();
    synchronized (lock) {
      for (OpenConnection now = open.get(); ; now = open.get()) {
        if (now != null) {
          return now.connection();
        }
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (left <= 0 || closed) {
          throw new TimeoutException(whyClosed());
        }
        lock.wait(left);
      }
    }
  }

  private void loop() {
    doorbell.owner();
    tell(ConnectionState.CONNECTING, null);
    while (!closed) {
      OpenConnection connection = connect();
      if (connection != null) {
        long since = System.nanoTime();
        serve(connection);
        if (System.nanoTime() - since > STABLE.toNanos()) {
          backOff.reset(); // one that breaks as soon as it stands is no success
        }
        pause();
      }
    }
    tell(ConnectionState.CLOSED, null);
  }

  private @Nullable OpenConnection connect() {
    while (!closed) {
      try {
        return opener.open();
      } catch (IOException | TimeoutException | RuntimeException e) {
        if (closed) {
          return null;
        }
        notConnected(BrokerErrors.describe(e));
        tell(ConnectionState.DOWN, e);
        pause();
      }
    }
    return null;
  }

  private void notConnected(String why) {
    if (why.equals(lastError) || told.size() >= REASONS || !told.add(why)) {
      log.debug("{} connection: still {}", name, why);
    } else {
      log.warn("{} connection to {}: {}; trying again with back-off", name, opener, why);
    }
    lastError = why;
  }

  private void pause() {
    if (closed) {
      return;
    }
    long until = System.nanoTime() + backOff.next().toNanos();
    long left = until - System.nanoTime();
    while (left > 0) {
      doorbell.answer();
      doorbell.await(closed ? 0 : left);
      left = closed ? 0 : until - System.nanoTime();
    }
  }

  private void serve(OpenConnection connection) {
    Connection amqp = connection.connection();
    publishOpen(connection);
    log.info("{} connection to {}: open", name, opener);
    lastError = "";
    told.clear();
    tell(ConnectionState.UP, null);
    amqp.addShutdownListener(cause -> lost(connection, cause));
    amqp.addBlockedListener(this::blocked, this::unblocked);
    try {
      broken.set(null);
      work.connected(connection);
      firstConnected.complete(null);
      while (!closed && connection.isOpen()) {
        doorbell.answer();
        work(connection);
        doorbell.await(IDLE_NANOS);
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("{} connection: given up", name, e);
      lost(connection, e);
    } catch (RuntimeException e) {
      log.error("{} connection: given up", name, e);
      lost(connection, e);
    }
    Throwable cause = amqp.getCloseReason();
    lost(connection, cause == null ? new IOException("the broker was closed") : cause);
    connection.close();
  }

  private void work(OpenConnection connection) throws IOException {
    working.lock();
    try {
      Exception failure = broken.getAndSet(null);
      if (failure != null) {
        throw new IOException(failure);
      }
      work.run(connection);
    } finally {
      working.unlock();
    }
  }

  private void publishOpen(OpenConnection connection) {
    synchronized (lock) {
      open.set(connection);
      lock.notifyAll();
    }
  }

  private void lost(OpenConnection connection, Throwable cause) {
    if (!open.compareAndSet(connection, null)) {
      return;
    }
    String reason = BrokerErrors.describe(cause);
    lastError = reason;
    work.blocked(false);
    work.lost();
    if (!closed) {
      log.warn("{} connection: {}", name, reason);
      tell(ConnectionState.DOWN, cause);
    }
    wake();
  }

  private void blocked(String reason) {
    log.warn("{} connection: RabbitMQ accepts no messages now: {}", name, reason);
    work.blocked(true);
    tell(ConnectionState.BLOCKED, new IOException("RabbitMQ accepts no messages now: " + reason));
  }

  private void unblocked() {
    log.info("{} connection: RabbitMQ accepts messages again", name);
    work.blocked(false);
    tell(ConnectionState.UP, null);
    wake();
  }

  private void tell(ConnectionState state, @Nullable Throwable error) {
    states.add(() -> listener.changed(name, state, error));
    states.tell();
  }

  /** Ends the connection and asks the thread to end; {@link #join} waits for that. Idempotent. */
  void close() {
    boolean running;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      running = started;
      lock.notifyAll();
    }
    firstConnected.completeExceptionally(closedException());
    if (open.get() == null) {
      opener.abort();
    }
    wake();
    if (!running) {
      tell(ConnectionState.CLOSED, null);
    }
  }

  /**
   * Waits until everything is gone, at most so long; a thread that is stuck in its socket loses it
   * at half time.
   */
  void join(Duration limit) throws InterruptedException {
    long half = Math.max(1, limit.toMillis() / 2);
    thread.join(half);
    if (thread.isAlive()) {
      opener.abort();
      thread.join(half);
    }
    if (thread.isAlive()) {
      log.warn("{} connection: its thread has not ended within {}", name, limit);
    }
  }
}
