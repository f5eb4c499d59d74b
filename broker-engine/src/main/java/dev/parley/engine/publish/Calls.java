package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Begins calls, and waits for their ends. Any thread may call it; the state of a call is in its
 * {@link PendingCall}.
 */
final class Calls {

  private final RequestSender sender;
  private final ReplyCorrelator correlator;
  private final ReplyInbox inbox;
  private final TimerWheel timer;
  private final Ids ids;
  private final Duration callTimeout;
  private final Duration publishTimeout;

  Calls(PublishParts parts, MessageWriter writer) {
    this.timer = parts.timer();
    this.ids = parts.ids();
    this.callTimeout = parts.callTimeout();
    this.publishTimeout = parts.publishTimeout();
    Duration silence = parts.heartbeat().multipliedBy(3);
    this.correlator = new ReplyCorrelator(parts.counters(), parts.callLimit(), timer, silence);
    this.inbox = new ReplyInbox(parts.transport(), correlator, parts.threads());
    this.sender = new RequestSender(parts, writer, correlator, inbox);
  }

  /** Begins a call whose reply a thread waits for. */
  PendingCall begin(Message<?> message, CallOptions<?> options) {
    PendingCall call = register(options, callTimeout, null);
    if (!call.hasDeadline()) {
      limitConfirmation(call);
    }
    sender.dispatch(call, message, options);
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
    sender.dispatch(call, message, options);
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
        new PendingCall(ids.next(), options.publishOptions(), now, deadline, scope, frames);
    correlator.register(call);
    return call;
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
          "The thread was interrupted while it waited for the reply from " + call.destination());
    } catch (ExecutionException e) {
      throw Failures.unwrap(e, call.destination());
    }
    return ended(call);
  }

  /** The result of a call that has ended, or is just being ended by another thread. */
  private static WireMessage ended(PendingCall call) {
    try {
      return call.reply.join();
    } catch (RuntimeException e) {
      throw Failures.unwrap(e, call.destination());
    }
  }

  /** Ends a call that nobody waits for any more, and tells whoever has it. */
  void cancel(PendingCall call, String reason) {
    if (correlator.fail(call, new BrokerException(ErrorCode.CANCELLED, reason, null))
        && call.frames == null) {
      tellCancelled(call);
    }
  }

  /** Tells all servers that a call was cancelled. */
  void tellCancelled(PendingCall call) {
    sender.tellCancelled(call);
  }

  /** Ends a call with an error, unless it has ended; says whether it was this. */
  boolean fail(PendingCall call, BrokerException error) {
    return correlator.fail(call, error);
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
