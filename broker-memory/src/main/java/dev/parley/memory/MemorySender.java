package dev.parley.memory;

import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;

/** Puts the messages of one transport where they go. Any thread may call it; it has no state. */
final class MemorySender {

  private final Space space;
  private final Scheduler scheduler;
  private final MemoryTransport owner;

  MemorySender(Space space, Scheduler scheduler, MemoryTransport owner) {
    this.space = space;
    this.scheduler = scheduler;
    this.owner = owner;
  }

  void send(Outgoing message, SendListener listener) {
    long nanoTime = scheduler.nanoTime();
    long left = message.deadlineNanos() - nanoTime;
    Destination to = space.find(message.to());
    SendResult result = send(message, to, left, space.time().at(scheduler, nanoTime));
    space.observers().sent(message, result);
    if (!result.confirmed() || !space.confirms().keep(owner, listener, space.time(), left)) {
      listener.completed(result);
    }
    if (to != null) {
      to.drain();
    }
  }

  private SendResult send(Outgoing message, @Nullable Destination to, long left, long now) {
    if (left < 0) {
      return SendResult.refused("the deadline had passed before it was sent", null);
    }
    if (to == null) {
      return SendResult.unroutable(message.to() + " does not exist: nobody has ever declared it");
    }
    Object foreign = message.nativeMessage();
    if (foreign != null && !(foreign instanceof WireMessage)) {
      return SendResult.refused(
          "the in-memory broker cannot send a " + foreign.getClass().getName(), null);
    }
    MemoryFaults.Rule rule = space.faults().strike(message);
    return rule == null ? put(message, to, now, 0) : putFaulty(message, to, now, rule);
  }

  private SendResult putFaulty(Outgoing message, Destination to, long now, MemoryFaults.Rule rule) {
    if (rule.fault() == null) {
      return put(message, to, now, SpaceTime.nanos(rule.delay()));
    }
    return switch (rule.fault()) {
      case DROP -> SendResult.CONFIRMED;
      case DUPLICATE -> {
        SendResult first = put(message, to, now, 0);
        yield first.confirmed() ? put(message, to, now, 0) : first;
      }
      case REFUSE -> SendResult.refused(message.to() + " refuses messages on request", null);
      case LOSE_CONFIRM -> {
        SendResult result = put(message, to, now, 0);
        yield result.confirmed()
            ? SendResult.unknown("the confirm was lost on request", null)
            : result;
      }
    };
  }

  private SendResult put(Outgoing message, Destination to, long now, long extraDelay) {
    Stored stored = store(message, now);
    long delay = extraDelay + (message.delay().isZero() ? 0 : SpaceTime.nanos(message.delay()));
    boolean taken = delay > 0 ? to.reserve(now) : to.offer(stored, now);
    if (!taken) {
      return SendResult.refused(
          message.to()
              + " is full; handle its messages faster, or raise "
              + MemoryTransportProvider.QUEUE_LIMIT.key(),
          null);
    }
    if (delay > 0) {
      space.addLater(to, stored, delay);
    }
    return SendResult.CONFIRMED;
  }

  private static Stored store(Outgoing message, long now) {
    WireMessage wire =
        message.nativeMessage() instanceof WireMessage own
            ? untouched(own, message.message())
            : message.message();
    return message.timeToLive() == null
        ? Stored.forEver(wire, message.key(), now)
        : Stored.expiring(wire, message.key(), now, SpaceTime.nanos(message.timeToLive()));
  }

  /** The caller's own message, with what a call needs. */
  private static WireMessage untouched(WireMessage own, WireMessage call) {
    if (call.correlationId() == null && call.replyTo() == null) {
      return own;
    }
    return new WireMessage(
        own.body(),
        own.contentType(),
        own.messageId(),
        call.correlationId() == null ? own.correlationId() : call.correlationId(),
        call.replyTo() == null ? own.replyTo() : call.replyTo(),
        own.headers());
  }
}
