package dev.parley.engine.handle;

import dev.parley.BrokerException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.InvalidMessageException;
import dev.parley.NoHandlerException;
import dev.parley.Reply;
import dev.parley.ReplyUnreadableException;
import dev.parley.Violation;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.stream.ServerStreams;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.engine.wire.TimeLimit;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One delivery on its way through a handler: read, handled, answered, settled.
 *
 * <p>It is begun by the handler's thread and ended once, by that thread or by the one that
 * completes the handler's stage; {@code ended} decides. What follows runs on the threads of the
 * transport. The closing thread may interrupt and release it at any time.
 */
final class Attempt implements Settling.Owner {

  private static final Duration GRACE = Duration.ofMillis(50);

  private final HandlerRuntime runtime;
  private final Delivery delivery;
  private final long deadlineNanos;
  private final Settling settling;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable StreamedAttempt streamed;
  private volatile @Nullable Runnable interrupt;
  private volatile boolean cancelled;
  private volatile long hiddenAgeNanos;
  private @Nullable Timing timing;
  private volatile @Nullable Failure last;

  Attempt(HandlerRuntime runtime, Delivery delivery) {
    this.runtime = runtime;
    this.delivery = delivery;
    this.deadlineNanos = TimeLimit.deadlineNanos(delivery, runtime.parts().clock().millis());
    this.settling =
        new Settling(
            runtime.parts(), runtime.spec(), delivery, deadlineNanos, runtime.writer(), this);
  }

  Delivery delivery() {
    return delivery;
  }

  /**
   * Whether this delivery should not be begun: it was lost, or came too late; it is settled then.
   */
  boolean isOver() {
    if (delivery.lost()) {
      return endQuietly();
    }
    if (deadlineNanos != Long.MAX_VALUE && deadlineNanos - now() <= 0) {
      runtime.count(Counter.EXPIRED);
      if (ended.compareAndSet(false, true)) {
        settling.settle(Settlement.DONE, List.of());
      }
      return true;
    }
    String call = delivery.message().correlationId();
    if (call != null && runtime.parts().cancelled().contains(call, now())) {
      cancel();
    }
    return ended.get();
  }

  /** Nobody waits any more: not begun it is dropped, running it is interrupted. */
  void cancel() {
    StreamedAttempt stream = streamed;
    if (stream != null) {
      stream.cancel(); // which interrupts as well
    } else if (ended.compareAndSet(false, true)) {
      runtime.count(Counter.CANCELLED);
      settling.settle(Settlement.DONE, List.of());
      interruptHandler();
    }
  }

  /** Stops a handler whose result nobody takes. */
  void interruptHandler() {
    cancelled = true;
    Runnable action = interrupt;
    if (action != null) {
      action.run();
    }
  }

  /** How the handler is interrupted when nobody waits any more; at once if that is so already. */
  void interruptBy(Runnable action) {
    interrupt = action;
    if (cancelled) {
      action.run();
    }
  }

  /** How long the handler may run: to its own limit, or until the caller stops waiting. */
  Duration limit() {
    return earlier(runtime.spec().limit());
  }

  /** That limit, or a little after the caller's, when the handler's own calls have ended by it. */
  private Duration earlier(Duration own) {
    Duration left = timeLeft();
    return left != null && left.plus(GRACE).compareTo(own) < 0 ? left.plus(GRACE) : own;
  }

  private boolean isLate() {
    return deadlineNanos != Long.MAX_VALUE && deadlineNanos - now() <= 0;
  }

  /** The handler was stopped at {@link #limit()}. */
  void limitReached() {
    if (isLate()) {
      cancel();
    } else {
      runtime.count(Counter.LIMIT_EXCEEDED);
      fail(Failure.thrown(limitExceeded()));
    }
  }

  /** Whether its caller waits with a limit, and can be told that it is refused. */
  boolean canBeRefused() {
    Address replyTo = delivery.message().replyTo();
    return deadlineNanos != Long.MAX_VALUE
        && replyTo != null
        && runtime.parts().replyAllow().matcher(replyTo.name()).matches();
  }

  /** It was in the broker for that long, as far as can be told where the broker does not. */
  void hiddenAge(long nanos) {
    hiddenAgeNanos = nanos;
  }

  /** How long its caller waits still. */
  long leftNanos() {
    return deadlineNanos - hiddenAgeNanos - now();
  }

  /** How long its caller waits from the beginning. */
  long allowedNanos() {
    Duration age = delivery.age();
    return deadlineNanos - delivery.receivedNanos() + (age == null ? 0 : age.toNanos());
  }

  /** Settles what is not for this handler. */
  void passOver() {
    if (ended.compareAndSet(false, true)) {
      settling.settle(Settlement.DONE, List.of());
    }
  }

  /** Tells the caller that this server has too much to do. */
  void refuse() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    runtime.count(Counter.OVERLOADED);
    Address replyTo = runtime.errorReplyAddress(delivery);
    ErrorReport report =
        ErrorReport.of(
            ErrorCode.OVERLOADED,
            BrokerException.class.getSimpleName(),
            "The server of " + runtime.spec().source() + " has more to do than it can in time",
            List.of());
    settling.settle(
        Settlement.DONE,
        replyTo == null
            ? List.of()
            : List.of(runtime.writer().errorReply(delivery, replyTo, report, times())));
  }

  private boolean endQuietly() {
    if (ended.compareAndSet(false, true)) {
      over(false);
    }
    return true;
  }

  /**
   * Decodes and checks the content; a message that is not valid, or on which a codec, a validator
   * or the factory of a registered error fails, is failed, and null comes back.
   */
  @Nullable Received read() {
    timing = new Timing(delivery, deadlineNanos, now());
    Received received =
        new Received(
            delivery, runtime.spec().source().name(), deadlineNanos, runtime.parts().timer());
    try {
      received.fill(content(received.wire()));
      return received;
    } catch (InvalidMessageException e) {
      fail(Failure.invalid(e));
    } catch (ErrorReplyException e) {
      fail(Failure.errorReply(e.error()));
    } catch (RuntimeException | Error e) {
      fail(Failure.thrown(e));
    }
    return null;
  }

  private @Nullable Object content(WireMessage wire) {
    runtime.checkMethod(wire);
    Signature signature = runtime.spec().signature();
    if (signature.takesErrors()) {
      Reply<?> reply = runtime.parts().replies().read(wire, signature.bodyType(), from(), null);
      if (!reply.isError()) {
        check(signature.checks().body(reply.value()));
      }
      return reply;
    }
    RuntimeException error = runtime.errorIn(wire);
    if (error != null) {
      throw new ErrorReplyException(error);
    }
    int maxBytes = runtime.parts().maxBytes();
    if (wire.body().length > maxBytes) {
      String message =
          "The body has "
              + wire.body().length
              + " bytes, the setting message.max-bytes allows "
              + maxBytes;
      throw new InvalidMessageException(message, List.of(new Violation("", message)), null);
    }
    Object body = signature.body().read(wire.body(), wire.contentType());
    check(signature.checks().body(body));
    return body;
  }

  private String from() {
    return "the sender of a reply to " + runtime.spec().source();
  }

  static void check(List<Violation> violations) {
    if (!violations.isEmpty()) {
      String all = String.join("; ", violations.stream().map(Violation::toString).toList());
      throw new InvalidMessageException(all, violations, null);
    }
  }

  /** Runs the handler so that calls made in it inherit the deadline. */
  void inScope(Runnable handler) {
    HandlerScope.run(
        new HandlerScope(
            runtime.parts().broker(),
            deadlineNanos != Long.MAX_VALUE,
            deadlineNanos,
            this::isRunning),
        handler);
  }

  private boolean isRunning() {
    StreamedAttempt stream = streamed;
    return !ended.get() || (stream != null && !stream.isOver());
  }

  /** Opens the stream that a handler takes items from; says whether it may be called. */
  boolean openStream(Received received) {
    StreamedAttempt stream =
        ServerStreams.isCredited(delivery.message())
            ? StreamedAttempt.open(runtime, this, deadlineNanos, true)
            : null;
    if (stream == null) {
      String message =
          "the handler "
              + runtime.spec().where()
              + " takes a stream of items, which needs a caller that asks for one";
      fail(
          Failure.invalid(
              new InvalidMessageException(message, List.of(new Violation("", message)), null)));
      return false;
    }
    received.stream(stream);
    stream(stream);
    return stream.awaitStart();
  }

  private void stream(StreamedAttempt stream) {
    if (ended.compareAndSet(false, true)) {
      streamed = stream;
      stream.begin();
    } else {
      stream.shutDown(); // released in between
    }
  }

  /** Ends the attempt with a stream, whose items are sent on this thread or on the publisher's. */
  private void returnedStream(Object result, Runnable whenEnded) {
    if (streamed == null) {
      StreamedAttempt opened = StreamedAttempt.open(runtime, this, deadlineNanos, false);
      if (opened == null) {
        ServerStreams.discard(result); // nobody wants a reply
        succeed(null);
        whenEnded.run();
        return;
      }
      stream(opened);
    }
    StreamedAttempt stream = streamed;
    if (stream == null) {
      ServerStreams.discard(result);
      whenEnded.run();
    } else {
      stream.produce(result, whenEnded);
    }
  }

  /**
   * Ends the attempt with what the handler returned, stages being waited for without a thread.
   *
   * @param whenEnded run once, when the stage has completed or the limit has passed
   */
  void returned(@Nullable Object result, Runnable whenEnded) {
    if (result != null && ServerStreams.isStream(result)) {
      returnedStream(result, whenEnded);
    } else if (result instanceof CompletionStage<?> stage) {
      new StageWait(runtime.parts(), this, stage, whenEnded).begin(limitLeft());
    } else {
      succeed(result);
      whenEnded.run();
    }
  }

  /** The limit is for the handler and its stage together. */
  private Duration limitLeft() {
    Timing times = timing;
    Duration own =
        runtime.spec().limit().minusNanos(times == null ? 0 : now() - times.startNanos());
    return earlier(own);
  }

  /** The handler's stage has completed. */
  void completed(@Nullable Object value, @Nullable Throwable error) {
    if (error == null) {
      succeed(value);
    } else {
      fail(Failure.thrown(HandlerRuntime.unwrap(error)));
    }
  }

  /** The limit has passed, and the handler's stage has not completed. */
  void expire() {
    limitReached();
  }

  TimeoutException limitExceeded() {
    return new TimeoutException(
        "The handler "
            + runtime.spec().where()
            + " took longer than its limit of "
            + runtime.spec().limit());
  }

  private void succeed(@Nullable Object result) {
    StreamedAttempt stream = streamed;
    if (stream != null) {
      stream.reply(result);
      return;
    }
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    Timing times = times();
    List<Output> outputs = new ArrayList<>(2);
    try {
      if (result != null) {
        runtime
            .spec()
            .publishTo()
            .forEach(target -> outputs.add(runtime.writer().publishTo(target, result)));
      }
    } catch (RuntimeException | Error e) {
      failEnded(Failure.thrown(e));
      return;
    }
    runtime.count(Counter.HANDLED);
    Address replyTo = runtime.replyAddress(delivery);
    if (replyTo != null) {
      outputs.add(reply(replyTo, result, times));
    }
    settling.settle(Settlement.DONE, outputs);
  }

  private Output reply(Address replyTo, @Nullable Object result, Timing times) {
    try {
      return runtime.writer().reply(delivery, replyTo, result, times);
    } catch (ReplyUnreadableException e) {
      runtime.logFailure("replied something that cannot be written", delivery, e, true);
      ErrorReport report = new Failure(e.code(), e, true).report(runtime.parts().errors());
      return runtime.writer().errorReply(delivery, replyTo, report, times);
    }
  }

  private Timing times() {
    Timing times = timing == null ? new Timing(delivery, deadlineNanos, now()) : timing;
    times.ended(now());
    return times;
  }

  /** Ends the attempt with a failure: retried, told to the caller, or a dead letter. */
  void fail(Failure failure) {
    StreamedAttempt stream = streamed;
    if (stream != null) {
      stream.failed(failure.error());
      return;
    }
    if (ended.compareAndSet(false, true)) {
      failEnded(failure);
    }
  }

  private void failEnded(Failure failure) {
    runtime.count(failure.code() == ErrorCode.INVALID_MESSAGE ? Counter.INVALID : Counter.FAILED);
    Duration delay = runtime.policy().retryDelay(failure, delivery.attempt(), timeLeft());
    if (delay != null) {
      runtime.count(Counter.RETRIED);
      runtime.logFailure(
          "failed and is tried again in " + delay.toMillis() + " ms",
          delivery,
          failure.error(),
          false);
      settling.settle(Settlement.retry(delay, delivery.attempt() + 1), List.of());
      return;
    }
    runtime.logFailure("failed for good", delivery, failure.error(), failure.isSurprise());
    last = failure;
    Address replyTo = runtime.errorReplyAddress(delivery);
    if (replyTo != null) {
      settling.settle(
          Settlement.DONE,
          List.of(
              runtime
                  .writer()
                  .errorReply(
                      delivery, replyTo, failure.report(runtime.parts().errors()), times())));
    } else {
      buryOrDrop(failure);
    }
  }

  private void buryOrDrop(Failure failure) {
    if (runtime.spec().isBroadcast()) {
      settling.settle(Settlement.DONE, List.of());
      return;
    }
    runtime.count(Counter.DEAD_LETTERED);
    settling.settle(
        Settlement.DEAD,
        List.of(runtime.writer().deadLetter(delivery, failure.report(runtime.parts().errors()))));
  }

  private @Nullable Duration timeLeft() {
    return deadlineNanos == Long.MAX_VALUE
        ? null
        : Duration.ofNanos(Math.max(0, deadlineNanos - now()));
  }

  /** Whether the caller asked to be told that its request is being handled. */
  boolean wantsSigns() {
    return "PING".equals(delivery.message().header(WireHeaders.SIGNAL));
  }

  /** Tells the caller, if it asked for it, that its request is being handled. */
  void sign() {
    Address replyTo = delivery.message().replyTo();
    if (replyTo != null
        && !ended.get()
        && wantsSigns()
        && now() - delivery.receivedNanos() >= runtime.parts().heartbeat().toNanos()
        && runtime.parts().replyAllow().matcher(replyTo.name()).matches()) {
      Outgoing sign = runtime.writer().sign(delivery, replyTo, deadlineNanos);
      runtime.parts().transport().send(sign, result -> {}); // the next one comes all the same
    }
  }

  /** Hands the delivery back as it was; ends the attempt. */
  void release() {
    StreamedAttempt stream = streamed;
    if (stream != null) {
      stream.shutDown();
    }
    if (ended.compareAndSet(false, true)) {
      runtime.count(Counter.RELEASED);
      settling.settle(Settlement.RELEASE, List.of());
    }
  }

  /** At close: what cannot be settled now is not tried again. */
  void abandon() {
    settling.abandon();
    StreamedAttempt stream = streamed;
    if (stream != null) {
      stream.abandon();
    }
  }

  @Override
  public void over(boolean settled) {
    runtime.over(this);
  }

  @Override
  public void undeclared(Outgoing message, SendResult result) {
    failEnded(
        Failure.thrown(
            new NoHandlerException(
                "@PublishTo of "
                    + runtime.spec().where()
                    + ": nobody has ever declared "
                    + message.to(),
                null)));
  }

  @Override
  public void callerUnreachable(SendResult result) {
    Failure failure = last;
    if (failure == null || deadlineNanos != Long.MAX_VALUE) {
      settling.settle(
          Settlement.DONE,
          List.of()); // the caller waited with a limit and is gone: nobody misses the answer
    } else {
      buryOrDrop(failure);
    }
  }

  private long now() {
    return runtime.parts().timer().nanoTime();
  }
}
