package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.wire.ControlTopic;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.Transport;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Begins calls, sends their requests, and waits. Any thread may call it; the state of a call is in
 * its {@link PendingCall}.
 */
final class Calls {

  private final Transport transport;
  private final MessageWriter writer;
  private final ReplyCorrelator correlator;
  private final ReplyInbox inbox;
  private final TimerWheel timer;
  private final EngineThreads threads;
  private final CounterBoard counters;
  private final Ids ids;
  private final Duration callTimeout;
  private final Duration publishTimeout;
  private final String controlTopic;

  Calls(PublishParts parts, MessageWriter writer) {
    this.transport = parts.transport();
    this.writer = writer;
    this.timer = parts.timer();
    this.threads = parts.threads();
    this.counters = parts.counters();
    this.ids = parts.ids();
    this.callTimeout = parts.callTimeout();
    this.publishTimeout = parts.publishTimeout();
    this.controlTopic = parts.controlTopic();
    Duration silence = parts.heartbeat().multipliedBy(3);
    this.correlator = new ReplyCorrelator(counters, parts.callLimit(), timer, silence);
    this.inbox = new ReplyInbox(transport, correlator, threads);
  }

  /** Begins a call whose reply a thread waits for. */
  PendingCall begin(Message<?> message, CallOptions<?> options) {
    PendingCall call = register(options, callTimeout, null);
    if (!call.hasDeadline()) {
      limitConfirmation(call);
    }
    dispatch(call, message, options);
    return call;
  }

  /** Begins a call whose end is a future's: the timer keeps its deadline. */
  PendingCall beginTimed(Message<?> message, CallOptions<?> options) {
    return beginTimed(message, options, register(options, callTimeout, null));
  }

  /** Begins a call of many replies, which has a deadline only where one was asked for. */
  PendingCall open(Message<?> message, CallOptions<?> options, Frames frames) {
    return beginTimed(message, options, register(options, null, frames));
  }

  private PendingCall beginTimed(Message<?> message, CallOptions<?> options, PendingCall call) {
    if (call.hasDeadline()) {
      call.timedBy(
          timer.scheduleNanos(
              call.deadlineNanos - timer.nanoTime(), () -> correlator.expire(call)));
    } else {
      limitConfirmation(call);
    }
    dispatch(call, message, options);
    return call;
  }

  /** A call may wait for ever, its request may not; the transport tells the reason if it can. */
  private void limitConfirmation(PendingCall call) {
    call.timedBy(
        timer.schedule(
            publishTimeout.plus(Publisher.GRACE),
            () -> correlator.expireUnconfirmed(call, publishTimeout)));
  }

  private PendingCall register(
      CallOptions<?> options, @Nullable Duration otherwise, @Nullable Frames frames) {
    HandlerScope scope = HandlerScope.current();
    long now = timer.nanoTime();
    Duration limit = options.timeout().orElse(otherwise);
    long deadline =
        options.isUnlimited() || limit == null ? Long.MAX_VALUE : now + Durations.nanos(limit);
    if (scope != null && scope.hasDeadline()) {
      deadline =
          deadline == Long.MAX_VALUE || deadline - scope.deadlineNanos() > 0
              ? scope.deadlineNanos()
              : deadline;
    }
    PendingCall call =
        new PendingCall(
            ids.next(),
            options.publishOptions().name(),
            options.publishOptions().toString(),
            now,
            deadline,
            scope,
            frames);
    correlator.register(call);
    return call;
  }

  private void dispatch(PendingCall call, Message<?> message, CallOptions<?> options) {
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
              "The request to " + call.destination + " cannot be written: " + e, call.sent, e));
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
                correlator.fail(call, notLive(presence, error, call.destination));
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
      correlator.fail(call, Failures.ofSend(result, call.destination));
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

  /** Waits on this thread until the call ends. */
  WireMessage await(PendingCall call) {
    try {
      if (!call.hasDeadline()) {
        return call.reply.get(); // noTimeout: as long as it takes is what the user asked for
      }
      return call.reply.get(
          Math.max(0, call.deadlineNanos - timer.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      correlator.expire(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel(
          call,
          "The thread was interrupted while it waited for the reply from " + call.destination);
    } catch (ExecutionException e) {
      throw Failures.unwrap(e, call.destination);
    }
    return ended(call);
  }

  /** The result of a call that has ended, or is just being ended by another thread. */
  private static WireMessage ended(PendingCall call) {
    try {
      return call.reply.join();
    } catch (RuntimeException e) {
      throw Failures.unwrap(e, call.destination);
    }
  }

  /** Ends a call that nobody waits for any more, and tells whoever has it. */
  void cancel(PendingCall call, String reason) {
    if (correlator.fail(call, new BrokerException(ErrorCode.CANCELLED, reason, null))
        && call.frames == null) {
      tellCancelled(call);
    }
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
            call.target,
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

  void fail(PendingCall call, BrokerException error) {
    correlator.fail(call, error);
  }

  void end(PendingCall call) {
    correlator.end(call);
  }

  int inFlight() {
    return correlator.inFlight();
  }

  void closeOutside() {
    correlator.closeOutside();
  }

  void close() {
    correlator.close();
    inbox.close();
  }

  Duration publishTimeout() {
    return publishTimeout;
  }
}
