package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SettleListener;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
  private static final Duration HAND_BACK = Duration.ofSeconds(1);

  private enum Wanted {
    CONSUMING,
    PAUSED,
    STOPPED,
    CLOSED
  }

  /** What all listenings of one transport share. */
  record Parts(
      String clientName,
      boolean quorum,
      Scheduler scheduler,
      ConsumeWork work,
      Retry.Factory retries,
      Sender sender,
      Settler settler) {}

  private final ListenRequest request;
  private final Parts parts;
  private final DeliveryListener listener;
  private final DeliveryOutputs outputs;
  private final Retry retry;
  private final InOrder events = new InOrder();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private Wanted wanted = Wanted.CONSUMING;
  private State told = State.STARTING;
  private volatile @Nullable ConsumerSession session;

  RabbitListening(ListenRequest request, Parts parts, DeliveryListener listener) {
    this.request = request;
    this.parts = parts;
    this.listener = listener;
    this.outputs = new DeliveryOutputs(parts.sender(), parts.settler(), request.source().name());
    this.retry = parts.retries().retry(() -> parts.work().step(this));
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
      ConsumerSession now = session;
      idle = now == null || !now.isOpen();
    }
    if (idle) {
      reached(next);
    }
    parts.work().step(this);
  }

  private synchronized Wanted wanted() {
    return wanted;
  }

  /** What is wanted is so now, where that is not for RabbitMQ to say. */
  private void reached(Wanted now) {
    switch (now) {
      case CONSUMING -> {}
      case PAUSED -> tell(State.PAUSED, null);
      case STOPPED, CLOSED -> {
        tell(State.STOPPED, null);
        stopped.complete(null);
      }
    }
  }

  @Override
  public void step(OpenConnection connection) {
    Wanted now = wanted();
    switch (now) {
      case CONSUMING -> retry.attempt(() -> consume(connection), this::failed);
      case PAUSED, STOPPED -> {
        cancel();
        reached(now);
      }
      case CLOSED -> {
        parts.work().remove(this);
        end(connection);
        reached(now);
      }
    }
  }

  private void consume(OpenConnection connection) throws IOException {
    ConsumerSession now = session;
    if (now == null || !now.isOpen()) {
      now = open(connection);
    } else if (!now.isConsuming()) {
      declare(connection); // RabbitMQ may have cancelled because the queue is gone
    }
    now.fetch();
  }

  private ConsumerSession open(OpenConnection connection) throws IOException {
    String queue = declare(connection);
    SessionEvents told = new SessionEvents();
    ConsumerSession fresh =
        ConsumerSession.open(connection, queue, parts.clientName(), request.prefetch(), told);
    told.own = fresh;
    session = fresh;
    fresh.watch();
    return fresh;
  }

  private String declare(OpenConnection connection) throws IOException {
    ConsumerSession now = session;
    if (request.source().kind() == Source.Kind.BROADCAST && now != null && now.isOpen()) {
      return now.queue(); // its queue lives as long as the connection
    }
    Topology topology = new Topology(connection.connection(), parts.quorum());
    try {
      return topology.declare(request.source(), RabbitQueueSpec.of(request.options()));
    } finally {
      topology.release();
    }
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

  private void end(OpenConnection connection) {
    cancel();
    ConsumerSession now = session;
    if (now == null) {
      return;
    }
    now.close();
    if (request.source().kind() == Source.Kind.BROADCAST) {
      Topology topology = new Topology(connection.connection(), parts.quorum());
      try {
        topology.deleteQueue(now.queue());
      } catch (IOException e) {
        log.debug("deleting the queue of {} failed", request.source(), e);
      } finally {
        topology.release();
      }
    }
  }

  private void tell(State state, @Nullable Throwable error) {
    synchronized (this) {
      boolean final_ = told == State.STOPPED;
      if (final_ || (state == told && error == null)) {
        return;
      }
      told = state;
      events.add(() -> listener.changed(state, error));
    }
    events.tell();
  }

  /** What comes from one session; its own until the next one is there. */
  private final class SessionEvents implements ConsumerSession.Events {

    private @Nullable ConsumerSession own; // set before anything can happen

    @Override
    public void consuming() {
      retry.succeeded();
      if (wanted() == Wanted.CONSUMING) {
        tell(State.CONSUMING, null);
      }
    }

    @Override
    public void delivered(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      RabbitDelivery delivery =
          new RabbitDelivery(
              java.util.Objects.requireNonNull(own),
              envelope,
              properties,
              IncomingMapper.message(properties, body),
              parts.scheduler().nanoTime(),
              outputs);
      Duration left = delivery.delayLeft();
      if (left.isZero()) {
        listener.delivered(delivery);
      } else {
        delayOn(delivery, left);
      }
    }

    @Override
    public void cancelled() {
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

  /** A delay longer than the longest delay queue goes on in the next one. */
  private void delayOn(RabbitDelivery delivery, Duration left) {
    SettleListener listener =
        result -> {
          if (!result.settled() && !result.lost()) {
            parts
                .scheduler()
                .schedule(
                    HAND_BACK, () -> delivery.settle(Settlement.RELEASE, List.of(), ignored -> {}));
          }
        };
    delivery.settle(Settlement.retry(left, delivery.attempt()), List.of(), listener);
  }
}
