package dev.parley.engine.handle;

import dev.parley.BrokerException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.NoHandlerException;
import dev.parley.ReplyUnreadableException;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of one attempt without a stream: what is sent, and how the delivery is settled.
 *
 * <p>Called once, by the thread that ended the attempt; what follows runs on the threads of the
 * transport. The closing thread may abandon it at any time.
 */
final class Ending implements Settling.Owner {

  private final HandlerRuntime runtime;
  private final Attempt attempt;
  private final Delivery delivery;
  private final TimeBudget budget;
  private final Settling settling;
  private volatile @Nullable Failure last;

  Ending(HandlerRuntime runtime, Attempt attempt, TimeBudget budget) {
    this.runtime = runtime;
    this.attempt = attempt;
    this.delivery = attempt.delivery();
    this.budget = budget;
    this.settling =
        new Settling(
            runtime.parts(),
            runtime.spec(),
            delivery,
            budget.deadlineNanos(),
            runtime.writer(),
            this);
  }

  /** Nobody waits for it: it is done with. */
  void drop(Counter why) {
    runtime.count(why);
    settling.settle(Settlement.DONE, List.of());
  }

  /** It is for another handler. */
  void passOver() {
    settling.settle(Settlement.DONE, List.of());
  }

  /** This server has too much to do, and says so. */
  void refuse(Timing times) {
    runtime.count(Counter.OVERLOADED);
    Address replyTo = runtime.errorReplyAddress(delivery);
    ErrorReport refusal =
        ErrorReport.of(
            ErrorCode.OVERLOADED,
            BrokerException.class.getSimpleName(),
            "The server of " + runtime.spec().source() + " has more to do than it can in time",
            List.of());
    settling.settle(
        Settlement.DONE,
        replyTo == null
            ? List.of()
            : List.of(runtime.writer().errorReply(delivery, replyTo, refusal, times)));
  }

  /** It is handed back as it was. */
  void release() {
    runtime.count(Counter.RELEASED);
    settling.settle(Settlement.RELEASE, List.of());
  }

  /** At close: what cannot be settled now is not tried again. */
  void abandon() {
    settling.abandon();
  }

  /** The handler has returned that. */
  void succeed(@Nullable Object result, Timing times) {
    List<Output> outputs = new ArrayList<>(2);
    try {
      if (result != null) {
        runtime
            .spec()
            .publishTo()
            .forEach(target -> outputs.add(runtime.writer().publishTo(target, result)));
      }
    } catch (RuntimeException | Error e) {
      fail(Failure.thrown(e), times);
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
      return errorReply(replyTo, new Failure(e.code(), e, true), times);
    }
  }

  private Output errorReply(Address replyTo, Failure failure, Timing times) {
    return runtime.writer().errorReply(delivery, replyTo, report(failure), times);
  }

  private ErrorReport report(Failure failure) {
    return failure.report(runtime.parts().errors());
  }

  /** It has failed: it is retried, told to the caller, or a dead letter. */
  void fail(Failure failure, Timing times) {
    runtime.count(failure.code() == ErrorCode.INVALID_MESSAGE ? Counter.INVALID : Counter.FAILED);
    Duration delay = runtime.policy().retryDelay(failure, delivery.attempt(), budget.timeLeft());
    if (delay != null) {
      retry(failure, delay);
      return;
    }
    runtime.logFailure("failed for good", delivery, failure.error(), failure.isSurprise());
    last = failure;
    Address replyTo = runtime.errorReplyAddress(delivery);
    if (replyTo != null) {
      settling.settle(Settlement.DONE, List.of(errorReply(replyTo, failure, times)));
    } else {
      buryOrDrop(failure);
    }
  }

  private void retry(Failure failure, Duration delay) {
    runtime.count(Counter.RETRIED);
    String what = "failed and is tried again in " + delay.toMillis() + " ms";
    runtime.logFailure(what, delivery, failure.error(), false);
    settling.settle(Settlement.retry(delay, delivery.attempt() + 1), List.of());
  }

  private void buryOrDrop(Failure failure) {
    if (runtime.spec().isBroadcast()) {
      settling.settle(Settlement.DONE, List.of());
      return;
    }
    runtime.count(Counter.DEAD_LETTERED);
    settling.settle(
        Settlement.DEAD, List.of(runtime.writer().deadLetter(delivery, report(failure))));
  }

  @Override
  public void over(boolean settled) {
    runtime.over(attempt);
  }

  @Override
  public void undeclared(Outgoing message, SendResult result) {
    String what =
        "@PublishTo of " + runtime.spec().where() + ": nobody has ever declared " + message.to();
    fail(Failure.thrown(new NoHandlerException(what, null)), attempt.times());
  }

  @Override
  public void callerUnreachable(SendResult result) {
    Failure failure = last;
    if (failure == null || budget.hasDeadline()) {
      settling.settle(
          Settlement.DONE,
          List.of()); // the caller waited with a limit and is gone: nobody misses the answer
    } else {
      buryOrDrop(failure);
    }
  }
}
