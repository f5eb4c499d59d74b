package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.wire.ControlTopic;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of calls, as soon as there is a reply address, and tells when nobody waits any
 * more. Any thread may call it; the state of a call is in its {@link PendingCall}.
 */
final class RequestSender {

  private final Transport transport;
  private final MessageWriter writer;
  private final ReplyCorrelator correlator;
  private final ReplyInbox inbox;
  private final TimerWheel timer;
  private final CounterBoard counters;
  private final Ids ids;
  private final Duration publishTimeout;
  private final String controlTopic;

  RequestSender(
      PublishParts parts, MessageWriter writer, ReplyCorrelator correlator, ReplyInbox inbox) {
    this.transport = parts.transport();
    this.writer = writer;
    this.correlator = correlator;
    this.inbox = inbox;
    this.timer = parts.timer();
    this.counters = parts.counters();
    this.ids = parts.ids();
    this.publishTimeout = parts.publishTimeout();
    this.controlTopic = parts.controlTopic();
  }

  /** Sends the request of a registered call, now or when there is a reply address. */
  void dispatch(PendingCall call, Message<?> message, CallOptions<?> options) {
    call.dispatchBy(() -> sendGuarded(call, message, options));
    sendGuarded(call, message, options);
  }

  /** Whatever goes wrong here ends the call, so that no entry stays behind. */
  private void sendGuarded(PendingCall call, Message<?> message, CallOptions<?> options) {
    try {
      sendIfReady(call, message, options);
    } catch (BrokerException e) {
      correlator.fail(call, e);
    } catch (RuntimeException | Error e) { // of the user's classes and codecs, among others
      correlator.fail(
          call,
          new PublishFailedException(
              "The request to " + call.destination() + " cannot be written: " + e, call.sent, e));
    }
  }

  private void sendIfReady(PendingCall call, Message<?> message, CallOptions<?> options) {
    Address replyTo = inbox.address();
    if (call.hasDeadline() && call.deadlineNanos - timer.nanoTime() <= 0) {
      correlator.expire(call); // inherited from a handler that is late itself, as a rule
      return;
    }
    while (replyTo != null && !call.reply.isDone() && call.claim()) {
      call.replyAddress = replyTo;
      if (!replyTo.equals(inbox.address())) {
        call.unclaim(); // gone in between: the sweep may not have seen this call
        replyTo = inbox.address();
        continue;
      }
      send(
          call,
          writer.writeRequest(message, options.publishOptions(), call, replyTo, sendDeadline(call)),
          options);
      return;
    }
  }

  private long sendDeadline(PendingCall call) {
    return call.hasDeadline()
        ? call.deadlineNanos
        : call.startNanos + Durations.nanos(publishTimeout);
  }

  private void send(PendingCall call, Outgoing request, CallOptions<?> options) {
    if (!options.publishOptions().requiresHandler()) {
      sendNow(call, request);
      return;
    }
    transport
        .probe(request.to())
        .whenComplete(
            (presence, error) -> {
              if (call.reply.isDone()) {
                return; // the caller has gone, or was told that nothing was sent
              }
              if (presence == Presence.LIVE) {
                sendNow(call, request);
              } else {
                counters.add(Counter.PUBLISH_FAILURES);
                correlator.fail(call, notLive(presence, error, call.destination()));
              }
            });
  }

  private void sendNow(PendingCall call, Outgoing request) {
    call.sent = true;
    transport.send(request, result -> sent(call, result));
  }

  private void sent(PendingCall call, SendResult result) {
    if (result.confirmed()) {
      counters.add(Counter.PUBLISHED);
      call.confirmed = true;
    } else {
      counters.add(Counter.PUBLISH_FAILURES);
      correlator.fail(call, Failures.ofSend(result, call.destination()));
    }
  }

  static BrokerException notLive(
      @Nullable Presence presence, @Nullable Throwable error, String destination) {
    if (error != null) {
      return Failures.ofSend(
          SendResult.refused(
              "the broker could not be asked for its handlers: " + error.getMessage(), error),
          destination);
    }
    String why =
        presence == Presence.DECLARED
            ? " has no live consumer at this moment"
            : " was never declared";
    return new NoHandlerException(
        "Nothing was sent: " + destination + why + ", and requireHandler() was asked for", null);
  }

  /** Tells all servers that a call was cancelled: nobody knows which of them has it. */
  void tellCancelled(PendingCall call) {
    if (!call.sent || controlTopic.isBlank()) {
      return;
    }
    long now = timer.nanoTime();
    Duration left =
        call.hasDeadline() ? Duration.ofNanos(call.deadlineNanos - now) : publishTimeout;
    if (left.isNegative() || left.isZero()) {
      return; // a deadline is kept on both sides, and never told
    }
    Outgoing message =
        ControlTopic.cancel(
            controlTopic,
            call.options.name(),
            ids.next(),
            call.correlationId,
            left,
            now + Durations.nanos(publishTimeout));
    transport.send(
        message,
        result -> {
          if (result.confirmed()) { // else there is nobody to tell, or it is too late for it
            counters.add(Counter.CANCELS_SENT);
          }
        });
  }
}
