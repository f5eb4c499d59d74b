package dev.parley.engine.handle;

import dev.parley.Message;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Scheduler;
import dev.parley.spi.WireMessage;
import java.lang.reflect.Type;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as a handler sees it, its content decoded once.
 *
 * <p>Made and filled by the handler's thread before anything else sees it.
 */
final class Received implements Message.Receipt {

  private final Delivery delivery;
  private final String queue;
  private final long deadlineNanos;
  private final Scheduler clock;
  private @Nullable Object content;
  private @Nullable StreamedAttempt stream;

  Received(Delivery delivery, String queue, long deadlineNanos, Scheduler clock) {
    this.delivery = delivery;
    this.queue = queue;
    this.deadlineNanos = deadlineNanos;
    this.clock = clock;
  }

  /** The body, or the {@link dev.parley.Reply} where the handler takes one. */
  @Nullable Object content() {
    return content;
  }

  /** The caller's items, in the form a parameter has. */
  Object items(Class<?> form, Type type) {
    if (stream == null) {
      throw new IllegalStateException("a stream is opened before its items are taken");
    }
    return stream.items(form, type);
  }

  void stream(StreamedAttempt opened) {
    stream = opened;
  }

  void fill(@Nullable Object decoded) {
    content = decoded;
  }

  WireMessage wire() {
    return delivery.message();
  }

  Delivery delivery() {
    return delivery;
  }

  /** The message with its decoded content. */
  Message<Object> message() {
    WireMessage wire = delivery.message();
    Address replyTo = wire.replyTo();
    return Message.received(
        content,
        wire.headers(),
        wire.messageId(),
        wire.correlationId(),
        replyTo == null ? null : replyTo.name(),
        delivery.key(),
        this);
  }

  @Override
  public String queue() {
    return queue;
  }

  @Override
  public int attempt() {
    return delivery.attempt();
  }

  @Override
  public @Nullable Duration timeLeft() {
    return deadlineNanos == Long.MAX_VALUE
        ? null
        : Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanoTime()));
  }

  @Override
  public @Nullable Duration age() {
    Duration inBroker = delivery.age();
    return inBroker == null
        ? null
        : inBroker.plusNanos(clock.nanoTime() - delivery.receivedNanos());
  }
}
