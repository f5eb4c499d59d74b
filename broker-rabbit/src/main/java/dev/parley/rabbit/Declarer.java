package dev.parley.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.Scheduler;
import dev.parley.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks RabbitMQ questions and gives it commands, one after the other, on a thread and a channel of
 * its own: on the consume connection, which no alarm blocks.
 *
 * <p>Any thread asks; the fields of the session belong to the declarer's thread, which ends when it
 * has been idle for a while.
 */
final class Declarer {

  private static final int MAX_WAITING = 10_000;
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final ConnectionKeeper connections;
  private final Duration patience;
  private final boolean quorum;
  private final ThreadPoolExecutor executor;
  private final Scheduler clock;
  private @Nullable Session session;

  Declarer(
      ConnectionKeeper connections,
      RabbitSettings settings,
      Scheduler clock,
      ThreadFactory threads) {
    this.connections = connections;
    this.patience = settings.rpcTimeout();
    this.quorum = settings.quorum();
    this.clock = clock;
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            threads);
    executor.allowCoreThreadTimeOut(true);
  }

  /** What talks to RabbitMQ on one connection. */
  record Session(Connection connection, Topology topology, DelayQueues delays) {}

  /** A question or a command. */
  interface Call<T> {
    T on(Session session) throws IOException;
  }

  /**
   * Asks; the stage fails with {@link TransportException} when RabbitMQ refuses, or is not reached
   * within the time-out.
   *
   * @param what the question, as in {@code declare queue "orders"}
   */
  <T> CompletionStage<T> ask(String what, Call<T> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> answer(what, call, answer));
    } catch (RejectedExecutionException e) {
      String reason =
          executor.isShutdown()
              ? "the broker was closed"
              : "more than " + MAX_WAITING + " such commands are waiting";
      answer.completeExceptionally(new TransportException("cannot " + what + ": " + reason, e));
    }
    return answer;
  }

  private <T> void answer(String what, Call<T> call, CompletableFuture<T> answer) {
    if (isClosed()) {
      answer.completeExceptionally(failure(what, "the broker was closed", null));
      return;
    }
    try {
      answer.complete(call.on(session()));
    } catch (InterruptedException e) {
      answer.completeExceptionally(failure(what, "the broker was closed", e));
    } catch (TimeoutException e) {
      answer.completeExceptionally(failure(what, BrokerErrors.describe(e), e));
    } catch (IOException | ShutdownSignalException e) {
      answer.completeExceptionally(failure(what, BrokerErrors.describe(e), e));
    } catch (RuntimeException e) { // such as a name that is too long
      answer.completeExceptionally(failure(what, String.valueOf(e.getMessage()), e));
    }
  }

  private Session session() throws InterruptedException, TimeoutException {
    Connection now = connections.open(patience);
    Session known = session;
    if (known == null || known.connection() != now) {
      Topology topology = new Topology(now, quorum);
      known = new Session(now, topology, new DelayQueues(topology, now, clock));
      session = known;
    }
    return known;
  }

  private static TransportException failure(String what, String why, @Nullable Exception cause) {
    return new TransportException("cannot " + what + ": " + why, cause);
  }

  boolean isClosed() {
    return executor.isShutdown();
  }

  /** What waits fails. Idempotent. */
  void close() {
    for (Runnable waiting : executor.shutdownNow()) {
      waiting.run(); // fails
    }
  }
}
