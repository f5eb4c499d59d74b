package dev.parley.engine.handle;

import dev.parley.Counter;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.stream.ServerStreams;
import dev.parley.engine.wire.TimeLimit;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One delivery on its way through a handler: read, handled, and ended once, in one of three ways:
 * with a result, with a failure, or with a stream that goes on behind it.
 *
 * <p>It is begun by the handler's thread and ended by that thread, by the one that completes the
 * handler's stage, by who cancels, or by who closes; {@code end} decides.
 */
final class Attempt {

  /** How it ended: plainly, or with a stream. */
  private record End(@Nullable StreamedAttempt stream) {}

  private static final End PLAINLY = new End(null);

  private final HandlerRuntime runtime;
  private final Delivery delivery;
  private final TimeBudget budget;
  private final Ending ending;
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private volatile @Nullable Runnable interrupt;
  private volatile boolean interrupted;
  private volatile long hiddenAgeNanos;
  private final Timing timing;
  private final int hash = ThreadLocalRandom.current().nextInt();

  Attempt(HandlerRuntime runtime, Delivery delivery) {
    this.runtime = runtime;
    this.delivery = delivery;
    this.budget =
        new TimeBudget(
            runtime.parts().timer(),
            TimeLimit.deadlineNanos(delivery, runtime.parts().clock().millis()),
            runtime.limitNanos());
    this.timing = new Timing(delivery, budget.deadlineNanos(), now());
    this.ending = new Ending(runtime, this, budget);
  }

  Delivery delivery() {
    return delivery;
  }

  /** Whether the caller is the one to end it, plainly. */
  private boolean ends() {
    return end.compareAndSet(null, PLAINLY);
  }

  /** The stream it ended with; null for none. */
  private @Nullable StreamedAttempt stream() {
    End now = end.get();
    return now == null ? null : now.stream();
  }

  /**
   * Whether this delivery should not be begun: it was lost, or came too late, or was cancelled; it
   * is settled then.
   */
  boolean isOver() {
    if (delivery.lost()) {
      if (ends()) {
        runtime.over(this);
      }
      return true;
    }
    if (budget.isLate()) {
      if (ends()) {
        ending.drop(Counter.EXPIRED);
      }
      return true;
    }
    String call = delivery.message().correlationId();
    if (call != null && runtime.parts().cancelled().contains(call, now())) {
      cancel();
    }
    return end.get() != null;
  }

  /** Whether its caller waits with a limit, and can be told that it is refused. */
  boolean canBeRefused() {
    Address replyTo = delivery.message().replyTo();
    return budget.hasDeadline() && replyTo != null && runtime.isAllowed(replyTo.name());
  }

  /** It was in the broker for that long, as far as can be told where the broker does not. */
  void hiddenAge(long nanos) {
    hiddenAgeNanos = nanos;
  }

  /** How long its caller waits still. */
  long leftNanos() {
    return budget.deadlineNanos() - hiddenAgeNanos - now();
  }

  /** How long its caller waits from the beginning. */
  long allowedNanos() {
    Duration age = delivery.age();
    return budget.deadlineNanos() - delivery.receivedNanos() + (age == null ? 0 : age.toNanos());
  }

  /** Settles what is not for this handler. */
  void passOver() {
    if (ends()) {
      ending.passOver();
    }
  }

  /** Tells the caller that this server has too much to do. */
  void refuse() {
    if (ends()) {
      ending.refuse(times());
    }
  }

  /** Nobody waits any more: not begun it is dropped, running it is interrupted. */
  void cancel() {
    if (ends()) {
      ending.drop(Counter.CANCELLED);
      interruptHandler();
      return;
    }
    StreamedAttempt stream = stream();
    if (stream != null) {
      stream.cancel(); // which interrupts as well
    }
  }

  /** Stops a handler whose result nobody takes. */
  void interruptHandler() {
    interrupted = true;
    Runnable action = interrupt;
    if (action != null) {
      action.run();
    }
  }

  /** How the handler is interrupted when nobody waits any more; at once if that is so already. */
  void interruptBy(Runnable action) {
    interrupt = action;
    if (interrupted) {
      action.run();
    }
  }

  /** How long the handler may run: to its own limit, or until the caller stops waiting. */
  long limitNanos() {
    return budget.limitNanosAfter(0);
  }

  /** The limit has passed, and the handler, or its stage, has not ended by itself. */
  void limitReached() {
    if (budget.isLate()) {
      cancel();
    } else {
      runtime.count(Counter.LIMIT_EXCEEDED);
      fail(Failure.thrown(runtime.limitExceeded()));
    }
  }

  /**
   * Decodes and checks the content; a message that is not valid, or on which a codec, a validator
   * or the factory of a registered error fails, is failed, and null comes back.
   */
  @Nullable Received read() {
    timing.started(now());
    Received received =
        new Received(
            delivery,
            runtime.spec().source().name(),
            budget.deadlineNanos(),
            runtime.parts().timer());
    try {
      received.fill(runtime.content().read(received.wire()));
      return received;
    } catch (RuntimeException | Error e) {
      fail(Failure.reading(e));
    }
    return null;
  }

  /** Runs the handler so that calls made in it inherit the deadline. */
  void inScope(Runnable handler) {
    HandlerScope.run(
        new HandlerScope(
            runtime.parts().broker(),
            budget.hasDeadline(),
            budget.deadlineNanos(),
            this::isRunning),
        handler);
  }

  private boolean isRunning() {
    End now = end.get();
    return now == null || (now.stream() != null && !now.stream().isOver());
  }

  /** Opens the stream that a handler takes items from; says whether it may be called. */
  boolean openStream(Received received) {
    if (!ServerStreams.isCredited(delivery.message()) || runtime.replyAddress(delivery) == null) {
      fail(Failure.invalid(runtime.needsItems()));
      return false;
    }
    StreamedAttempt stream = open(true);
    if (stream == null) {
      return false; // ended in between
    }
    received.stream(stream);
    return stream.awaitStart();
  }

  /** Ends it with a stream; null when it has ended already, or nobody wants a reply. */
  private @Nullable StreamedAttempt open(boolean takesItems) {
    Address replyTo = runtime.replyAddress(delivery);
    if (replyTo == null) {
      return null;
    }
    StreamedAttempt opened =
        new StreamedAttempt(runtime, this, replyTo, budget.deadlineNanos(), takesItems);
    if (!end.compareAndSet(null, new End(opened))) {
      return null;
    }
    opened.begin();
    return opened;
  }

  /** The items are sent on this thread, or on the publisher's. */
  private void returnedStream(Object result, Runnable whenEnded) {
    StreamedAttempt known = stream();
    StreamedAttempt stream = known == null ? open(false) : known;
    if (stream == null) {
      ServerStreams.discard(result);
      succeed(null); // nobody wants a reply, or it has ended already
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
  private long limitLeft() {
    return budget.limitNanosAfter(now() - timing.startNanos());
  }

  /** The handler's stage has completed. */
  void completed(@Nullable Object value, @Nullable Throwable error) {
    if (error == null) {
      succeed(value);
    } else {
      fail(Failure.thrown(HandlerRuntime.unwrap(error)));
    }
  }

  private void succeed(@Nullable Object result) {
    StreamedAttempt stream = stream();
    if (stream != null) {
      stream.reply(result);
    } else if (ends()) {
      ending.succeed(result, times());
    }
  }

  /** Ends the attempt with a failure: retried, told to the caller, or a dead letter. */
  void fail(Failure failure) {
    StreamedAttempt stream = stream();
    if (stream != null) {
      stream.failed(failure.error());
    } else if (ends()) {
      ending.fail(failure, times());
    }
  }

  /** Where the time went, by now. */
  Timing times() {
    timing.ended(now());
    return timing;
  }

  /** Tells the caller, if it asked for it, that its request is being handled. */
  void sign() {
    if (end.get() == null) {
      runtime.sign(delivery, budget.deadlineNanos());
    }
  }

  /** Hands the delivery back as it was, or ends its stream; ends the attempt. */
  void release() {
    if (ends()) {
      ending.release();
      return;
    }
    StreamedAttempt stream = stream();
    if (stream != null) {
      stream.shutDown();
    }
  }

  /** At close: what cannot be settled now is not tried again. */
  void abandon() {
    ending.abandon();
    StreamedAttempt stream = stream();
    if (stream != null) {
      stream.abandon();
    }
  }

  /**
   * A random number: sets of attempts are searched for each message, and the number the VM gives an
   * object costs a call into it.
   */
  @Override
  public int hashCode() {
    return hash;
  }

  private long now() {
    return runtime.parts().timer().nanoTime();
  }
}
