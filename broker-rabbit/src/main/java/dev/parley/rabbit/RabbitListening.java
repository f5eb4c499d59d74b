package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.TransportException;
import dev.parley.spi.support.InOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer that comes back by itself.
 *
 * <p>Any thread says what is wanted; the consume keeper's thread takes the steps; deliveries and
 * losses come on the I/O thread. What is wanted, the session and the state told last are guarded by
 * this object's monitor; the listener is called without it, in order.
 */
final class RabbitListening implements Listening, ConsumeWork.Member {

  private static final Logger log = LoggerFactory.getLogger(RabbitListening.class);

  private enum Wanted {
    CONSUMING,
    PAUSED,
    STOPPED,
    CLOSED
  }

  private final ListenRequest request;
  private final ListeningParts parts;
  private final DeliveryListener listener;
  private final DeliveryOutputs outputs;
  private final ListeningQueue queue;
  private final Retry retry;
  private final IdleWatch watch;
  private final InOrder events = new InOrder();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private Wanted wanted = Wanted.CONSUMING;
  private boolean attempting;
  private State told = State.STARTING;
  private volatile @Nullable ConsumerSession session;

  RabbitListening(ListenRequest request, ListeningParts parts, DeliveryListener listener) {
    this.request = request;
    this.parts = parts;
    this.listener = listener;
    this.outputs = new DeliveryOutputs(parts.sender(), parts.settler(), request.source().name());
    this.queue = new ListeningQueue(request, parts.quorum());
    this.retry = parts.retries().retry(() -> parts.work().step(this));
    this.watch = new IdleWatch(parts.scheduler(), this::look);
  }

  @Override
  public void pause() {
    want(Wanted.PAUSED);
  }

  @Override
  public void resume() {
    want(Wanted.CONSUMING);
  }

  @Override
  public CompletionStage<Void> stop() {
    want(Wanted.STOPPED);
    return stopped.minimalCompletionStage();
  }

  @Override
  public void close() {
    want(Wanted.CLOSED);
  }

  private void want(Wanted next) {
    boolean idle;
    synchronized (this) {
      if (wanted.compareTo(Wanted.STOPPED) >= 0 && next.compareTo(wanted) <= 0) {
        return; // stopping is for good
      }
      wanted = next;
      idle = !attempting && !hasSession();
    }
    if (idle) {
      reached(next);
    }
    parts.work().step(this);
  }

  private boolean hasSession() {
    ConsumerSession now = session;
    return now != null && now.isOpen();
  }

  private synchronized Wanted wanted() {
    return wanted;
  }

  /** What is wanted is so now, where that is not for RabbitMQ to say. */
  private void reached(Wanted now) {
    switch (now) {
      case CONSUMING -> {}
      case PAUSED -> tell(State.PAUSED, null);
      case STOPPED -> stopped();
      case CLOSED -> {
        parts.work().remove(this);
        stopped();
      }
    }
  }

  private void stopped() {
    tell(State.STOPPED, null);
    stopped.complete(null);
  }

  @Override
  public void step(OpenConnection connection) {
    Wanted now = wanted();
    switch (now) {
      case CONSUMING -> attempt(connection);
      case PAUSED, STOPPED -> {
        cancel();
        if (now == Wanted.STOPPED) {
          hurry();
        }
        reached(now);
      }
      case CLOSED -> {
        end(connection);
        reached(now);
      }
    }
  }

  /** Whoever wants something else meanwhile must wait for the end of the attempt. */
  private void attempt(OpenConnection connection) {
    synchronized (this) {
      if (wanted != Wanted.CONSUMING) {
        return; // and the step for that is asked for already
      }
      attempting = true;
    }
    retry.attempt(() -> consume(connection), this::failed);
    Wanted now;
    synchronized (this) {
      attempting = false;
      now = wanted;
    }
    if (!hasSession()) {
      reached(now);
    }
  }

  private void consume(OpenConnection connection) throws IOException {
    ConsumerSession now = session;
    if (now == null || !now.isOpen()) {
      now = open(connection);
    } else if (!now.isConsuming()) {
      queue.declare(connection, now); // RabbitMQ may have cancelled because the queue is gone
    }
    now.fetch();
    if (!connection.product().tellsOfDeletedQueues() && watch.isDue()) {
      now.renewIfIdle();
    }
  }

  private void look() {
    if (wanted() == Wanted.CONSUMING) {
      parts.work().step(this);
    }
  }

  private ConsumerSession open(OpenConnection connection) throws IOException {
    String name = queue.declare(connection, session);
    ConsumerSession fresh =
        ConsumerSession.open(connection, name, parts, request.prefetch(), new SessionEvents());
    session = fresh;
    fresh.watch();
    return fresh;
  }

  private void failed(Exception error) {
    String why = BrokerErrors.describe(error);
    log.warn("Cannot consume from {}: {}", request.source(), why);
    tell(
        State.RECOVERING,
        new TransportException("cannot consume from " + request.source() + ": " + why, error));
  }

  private void cancel() {
    ConsumerSession now = session;
    if (now == null || !now.isOpen()) {
      return;
    }
    try {
      now.cancel();
    } catch (IOException e) {
      log.debug("cancelling {} failed", request.source(), e);
      now.close();
    }
  }

  /** What waits for its next attempt goes back to the queue with its number, for somebody else. */
  private void hurry() {
    ConsumerSession now = session;
    if (now != null) {
      now.heldBack().hurry();
    }
  }

  private void end(OpenConnection connection) {
    cancel();
    ConsumerSession now = session;
    if (now == null) {
      return;
    }
    now.close();
    queue.delete(connection, now);
  }

  private void tell(State state, @Nullable Throwable error) {
    synchronized (this) {
      if (told == State.STOPPED || (state == told && error == null)) {
        return;
      }
      told = state;
      events.add(() -> listener.changed(state, error));
    }
    events.tell();
  }

  /** What comes from the sessions. */
  private final class SessionEvents implements ConsumerSession.Events {

    @Override
    public void consuming() {
      retry.succeeded();
      if (wanted() == Wanted.CONSUMING) {
        tell(State.CONSUMING, null);
      }
    }

    @Override
    public void delivered(
        ConsumerSession own, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      RabbitDelivery delivery =
          new RabbitDelivery(
              own,
              envelope,
              properties,
              IncomingMapper.message(properties, body),
              parts.scheduler().nanoTime(),
              outputs);
      Duration left = delivery.delayLeft();
      if (left.isZero()) {
        listener.delivered(delivery);
      } else {
        delivery.delayOn(left, parts.scheduler());
      }
    }

    @Override
    public void cancelled() {
      parts.sender().forgetAll(); // the queue was deleted, and its bindings with it
      if (wanted() == Wanted.CONSUMING) {
        failed(new IOException("RabbitMQ has cancelled the consumer; was the queue deleted?"));
        retry.later();
      }
    }

    @Override
    public void lost(ShutdownSignalException cause) {
      Wanted now = wanted();
      if (now == Wanted.CONSUMING) {
        tell(
            State.RECOVERING,
            new TransportException(request.source() + ": " + BrokerErrors.describe(cause), cause));
        retry.later();
      } else {
        reached(now);
      }
    }

    @Override
    public void roomAgain() {
      parts.work().step(RabbitListening.this);
    }
  }
}
