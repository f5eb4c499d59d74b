package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.PublishOptions;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.spi.Address;
import dev.parley.spi.Scheduler;
import dev.parley.spi.WireMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call that waits for its reply.
 *
 * <p>Completed once, by whoever takes it out of the correlator's map: reply, time-out, send
 * failure, cancellation, interrupt, lost connection or close. The volatile fields are written by
 * the thread that sends and by the transport's.
 */
final class PendingCall {

  final String correlationId;
  final PublishOptions options;
  final long startNanos;
  final long deadlineNanos;
  final @Nullable HandlerScope scope;
  final CompletableFuture<WireMessage> reply = new CompletableFuture<>();

  /** Hears the replies where there are many; null for a call of one reply. */
  final @Nullable Frames frames;

  volatile @Nullable Address replyAddress;
  volatile boolean sent;
  volatile boolean confirmed;

  /**
   * When its server gave a sign the last time; 0 for not yet. Written by the transport's thread.
   */
  volatile long signNanos;

  volatile String server = "";
  private final AtomicBoolean dispatched = new AtomicBoolean();
  private volatile Scheduler.@Nullable Task timer;
  private volatile @Nullable Runnable dispatch;

  PendingCall(
      String correlationId,
      PublishOptions options,
      long startNanos,
      long deadlineNanos,
      @Nullable HandlerScope scope,
      @Nullable Frames frames) {
    this.correlationId = correlationId;
    this.options = options;
    this.startNanos = startNanos;
    this.deadlineNanos = deadlineNanos;
    this.scope = scope;
    this.frames = frames;
  }

  /** Where the request goes, for messages to the user. */
  String destination() {
    return options.toString();
  }

  /** Whether the call goes on after this reply. */
  boolean goesOnAfter(WireMessage received) {
    return frames != null && frames.received(received);
  }

  boolean hasDeadline() {
    return deadlineNanos != Long.MAX_VALUE;
  }

  /** What sends the request once there is a reply address. */
  void dispatchBy(Runnable action) {
    dispatch = action;
  }

  /** Sends the request, if nobody has and the call is not over. */
  void dispatch() {
    Runnable action = dispatch;
    if (action != null && !reply.isDone() && !dispatched.get()) {
      action.run();
    }
  }

  /** Whether the caller is the one to send; nobody else is until {@link #unclaim()}. */
  boolean claim() {
    return dispatched.compareAndSet(false, true);
  }

  /** Gives the claim back, because the reply address was gone before anything was sent. */
  void unclaim() {
    replyAddress = null;
    dispatched.set(false);
  }

  /** Has the timer cancelled when the call is done, which it may be already. */
  void timedBy(Scheduler.Task task) {
    timer = task;
    if (reply.isDone()) {
      task.cancel();
    }
  }

  void succeed(WireMessage message) {
    cancelTimer();
    reply.complete(message);
  }

  void fail(BrokerException error) {
    cancelTimer();
    reply.completeExceptionally(error);
    if (frames != null) {
      frames.failed(error);
    }
  }

  private void cancelTimer() {
    Scheduler.Task task = timer;
    if (task != null) {
      task.cancel();
    }
  }
}
