package dev.parley.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.OutputsFirst;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of one session. Any thread; immutable, what changes is in the session.
 *
 * <p>What comes before its settlement (a reply, a dead letter, the copy for a retry) is confirmed
 * before it is acknowledged, so a crash in between means twice and never not at all.
 */
final class RabbitDelivery implements Delivery {

  private static final Duration HAND_BACK = Duration.ofSeconds(1);

  private final ConsumerSession session;
  private final Envelope envelope;
  private final AMQP.BasicProperties properties;
  private final WireMessage message;
  private final long receivedNanos;
  private final DeliveryOutputs outputs;

  RabbitDelivery(
      ConsumerSession session,
      Envelope envelope,
      AMQP.BasicProperties properties,
      WireMessage message,
      long receivedNanos,
      DeliveryOutputs outputs) {
    this.session = session;
    this.envelope = envelope;
    this.properties = properties;
    this.message = message;
    this.receivedNanos = receivedNanos;
    this.outputs = outputs;
  }

  @Override
  public WireMessage message() {
    return message;
  }

  @Override
  public @Nullable String key() {
    return message.header(WireHeaders.KEY);
  }

  @Override
  public int attempt() {
    return WireHeaders.attempt(message.headers());
  }

  @Override
  public @Nullable Duration age() {
    return null; // RabbitMQ does not tell
  }

  @Override
  public long receivedNanos() {
    return receivedNanos;
  }

  @Override
  public Object nativeMessage() {
    return new com.rabbitmq.client.Delivery(envelope, properties, message.body());
  }

  @Override
  public boolean lost() {
    return !session.isOpen();
  }

  /** What is left of a delay that is longer than the longest delay queue; zero normally. */
  Duration delayLeft() {
    return DelayLeft.of(message.headers());
  }

  @Override
  public void settle(Settlement settlement, List<Outgoing> before, SettleListener listener) {
    if (lost()) {
      listener.completed(SettleResult.LOST);
      return;
    }
    boolean dead = settlement.outcome() == Settlement.Outcome.DEAD;
    OutputsFirst.run(
        before,
        (out, sent) -> outputs.send(out, dead, sent),
        () -> settleNow(settlement, listener),
        listener);
  }

  /** A delay longer than the longest delay queue goes on in the next one. */
  void delayOn(Duration left, Scheduler scheduler) {
    SettleListener handBack =
        result -> {
          if (!result.settled() && !result.lost()) {
            scheduler.schedule(
                HAND_BACK, () -> settle(Settlement.RELEASE, List.of(), released -> {}));
          }
        };
    settle(Settlement.retry(left, attempt()), List.of(), handBack);
  }

  private void settleNow(Settlement settlement, SettleListener listener) {
    switch (settlement.outcome()) {
      case DONE, DEAD -> write(false, listener);
      case RELEASE -> write(true, listener);
      case RETRY -> {
        if (session.holdsBack()) {
          Settlement atOnce = Settlement.retry(Duration.ZERO, settlement.attempt());
          session.heldBack().hold(settlement.delay(), () -> sendAgain(atOnce, listener));
        } else {
          sendAgain(settlement, listener);
        }
      }
    }
  }

  private void sendAgain(Settlement retry, SettleListener listener) {
    if (lost()) {
      listener.completed(SettleResult.LOST);
      return;
    }
    outputs.sendAgain(
        session.queue(),
        properties,
        message.body(),
        retry,
        sent -> {
          if (sent.confirmed()) {
            write(false, listener);
          } else {
            listener.completed(SettleResult.failed(sent));
          }
        });
  }

  private void write(boolean release, SettleListener listener) {
    outputs.settle(new Settler.Item(session, envelope.getDeliveryTag(), release, listener));
  }
}
