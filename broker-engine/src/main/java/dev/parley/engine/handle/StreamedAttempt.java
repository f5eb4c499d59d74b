package dev.parley.engine.handle;

import dev.parley.BrokerException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.InvalidMessageException;
import dev.parley.ReplyUnreadableException;
import dev.parley.engine.stream.ServerStream;
import dev.parley.engine.stream.ServerStreams;
import dev.parley.engine.stream.StreamEnd;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.Settlement;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One delivery that is answered by a stream: settled when its first frame is confirmed, and never
 * retried after. A foreign caller, who grants no credit, gets no first frame; its request is
 * settled when the stream has ended, and handed back when this server goes before.
 *
 * <p>Settling and stream end on threads of their own; the second of them ends the attempt.
 */
final class StreamedAttempt implements Settling.Owner, ServerStream.Owner {

  private final HandlerRuntime runtime;
  private final Attempt attempt;
  private final Delivery delivery;
  private final Settling settling;
  private final ServerStream stream;
  private final AtomicInteger left = new AtomicInteger(2);
  private volatile boolean shuttingDown;

  /** Nothing is sent or heard before {@link #begin()}. */
  StreamedAttempt(
      HandlerRuntime runtime,
      Attempt attempt,
      Address replyTo,
      long deadlineNanos,
      boolean takesItems) {
    this.runtime = runtime;
    this.attempt = attempt;
    this.delivery = attempt.delivery();
    this.settling =
        new Settling(
            runtime.parts(), runtime.spec(), delivery, deadlineNanos, runtime.writer(), this);
    this.stream =
        runtime
            .parts()
            .streams()
            .open(delivery, replyTo, deadlineNanos, takesItems, this::report, this);
  }

  boolean isOver() {
    return left.get() == 0;
  }

  Object items(Class<?> form, Type type) {
    return runtime.parts().streams().items(stream, form, type);
  }

  /** Sends the first frame, and settles. */
  void begin() {
    boolean open = stream.open();
    if (!stream.isCredited()) {
      stream.start();
      return;
    }
    if (!open) {
      settling.settle(Settlement.DONE, List.of()); // cancelled before it began
      return;
    }
    ServerStreams streams = runtime.parts().streams();
    streams
        .firstFrame(stream)
        .whenComplete(
            (frame, error) -> {
              if (error == null) {
                settling.settle(Settlement.DONE, List.of(OutputWriter.firstFrame(frame)));
              } else { // nothing was sent: somebody else may have it
                runtime.logFailure("has no address for its caller", delivery, error, false);
                settling.settle(Settlement.RELEASE, List.of());
                stream.cancel();
              }
            });
  }

  /** Whether items may be taken; waits for it. */
  boolean awaitStart() {
    try {
      return stream.awaitStart();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      shutDown();
      return false;
    }
  }

  void produce(Object items, Runnable whenEnded) {
    stream.produce(items, whenEnded);
  }

  /** The handler takes items and returns one value, or nothing. */
  void reply(@Nullable Object value) {
    stream.reply(value, runtime.spec().signature().returnsNothing());
  }

  void failed(Throwable error) {
    stream.failed(error);
  }

  /** The caller wants no more. */
  void cancel() {
    stream.cancel();
  }

  /** The broker object is being closed: who takes part is told, the others' requests go back. */
  void shutDown() {
    shuttingDown = true;
    if (stream.isCredited()) {
      stream.shutDown();
    } else {
      stream.cancel();
    }
  }

  void abandon() {
    settling.abandon();
  }

  private ErrorReport report(Throwable error) {
    return failure(error).report(runtime.parts().errors());
  }

  private static Failure failure(Throwable error) {
    if (error instanceof ReplyUnreadableException) {
      return new Failure(ErrorCode.REPLY_UNREADABLE, error, true);
    }
    return error instanceof InvalidMessageException invalid
        ? Failure.invalid(invalid)
        : Failure.thrown(error);
  }

  @Override
  public void finished(StreamEnd end, @Nullable Throwable error) {
    boolean handBack = shuttingDown && !stream.isCredited() && end == StreamEnd.CANCELLED;
    runtime.count(handBack ? Counter.RELEASED : counter(end));
    if (end == StreamEnd.CANCELLED) {
      attempt.interruptHandler();
    }
    if (error != null) {
      runtime.logFailure(
          "failed in its stream", delivery, error, !(error instanceof BrokerException));
    }
    if (!stream.isCredited()) {
      settling.settle(handBack ? Settlement.RELEASE : Settlement.DONE, List.of());
    }
    partOver();
  }

  private static Counter counter(StreamEnd end) {
    return switch (end) {
      case PRODUCED -> Counter.HANDLED;
      case FAILED -> Counter.FAILED;
      case CANCELLED -> Counter.CANCELLED;
    };
  }

  @Override
  public void over(boolean settled) {
    if (settled) {
      stream.start();
    } else {
      stream.cancel(); // somebody else gets the request
    }
    partOver();
  }

  private void partOver() {
    if (left.decrementAndGet() == 0) {
      runtime.over(attempt);
    }
  }

  @Override
  public void undeclared(Outgoing message, SendResult result) {
    throw new IllegalStateException("a stream has no @PublishTo");
  }

  @Override
  public void callerUnreachable(SendResult result) {
    stream.cancel();
    settling.settle(Settlement.DONE, List.of());
  }
}
