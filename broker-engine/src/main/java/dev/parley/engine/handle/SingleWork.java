package dev.parley.engine.handle;

import dev.parley.InvalidMessageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One delivery in a slot of its own. Run by the handler's thread; interrupted by the timer or the
 * closing thread through its watchdog.
 */
final class SingleWork implements RunningWork {

  private final HandlerRuntime runtime;
  private final Attempt attempt;
  private volatile @Nullable Watchdog watchdog;
  private volatile boolean closing;

  SingleWork(HandlerRuntime runtime, Attempt attempt) {
    this.runtime = runtime;
    this.attempt = attempt;
  }

  @Override
  public @Nullable String key() {
    return attempt.delivery().key();
  }

  @Override
  public void run(Dispatcher.Slot slot) {
    if (attempt.isOver() || !admitted()) {
      slot.free();
      return;
    }
    runtime.began(this);
    long begun = runtime.parts().timer().nanoTime();
    LogContext context =
        LogContext.of(runtime.spec().source().name(), attempt.delivery().message());
    try {
      attempt.inScope(() -> handle(() -> ended(slot, begun)));
    } finally {
      context.close();
    }
  }

  private boolean admitted() {
    boolean begins = runtime.admission().begins(attempt);
    if (!begins) {
      attempt.refuse();
    }
    return begins;
  }

  private void ended(Dispatcher.Slot slot, long begunNanos) {
    runtime.admission().ended(runtime.parts().timer().nanoTime() - begunNanos);
    runtime.ended(this);
    slot.free();
  }

  private void handle(Runnable whenEnded) {
    Received received = attempt.read();
    if (received == null
        || (runtime.spec().signature().takesItems() && !attempt.openStream(received))) {
      whenEnded.run();
      return;
    }
    Watchdog watch = Watchdog.start(runtime.parts().timer(), attempt.limitNanos());
    watchdog = watch;
    attempt.interruptBy(() -> watch.interrupt(Watchdog.Bite.CANCELLED));
    if (closing) {
      watch.interrupt(Watchdog.Bite.CLOSING); // it was asked for before there was a watchdog
    }
    Object result = null;
    Throwable error = null;
    try {
      result = invoke(received);
    } catch (
        Throwable
            e) { // an Error in a handler is a failed attempt like any other: the consumer lives
      error = e;
    }
    Watchdog.Bite bite = watch.end();
    if (bite != null) {
      interrupted(bite);
      whenEnded.run();
    } else if (error == null) {
      attempt.returned(result, whenEnded);
    } else {
      attempt.fail(
          error instanceof RefusedArguments refused
              ? Failure.invalid(refused.reason())
              : Failure.thrown(error));
      whenEnded.run();
    }
  }

  private void interrupted(Watchdog.Bite bite) {
    switch (bite) {
      case CLOSING -> attempt.release();
      case LIMIT -> attempt.limitReached();
      case CANCELLED -> {
        // settled by whoever cancelled it
      }
    }
  }

  private @Nullable Object invoke(Received received) throws Throwable {
    Object[] arguments = arguments(received);
    if (runtime.chain().isEmpty()) {
      return runtime.spec().invoker().invoke(arguments);
    }
    return runtime
        .chain()
        .run(
            received.message(),
            () -> HandlerRuntime.invokeChecked(runtime.spec().invoker(), arguments));
  }

  private @Nullable Object[] arguments(Received received) throws RefusedArguments {
    List<Argument> plan = runtime.spec().signature().arguments();
    Object[] arguments = new Object[plan.size()];
    try {
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = plan.get(i).from(received);
      }
      ContentReader.check(runtime.spec().signature().checks().arguments(arguments));
    } catch (InvalidMessageException e) {
      throw new RefusedArguments(e);
    }
    return arguments;
  }

  /** That of its attempt; see there. */
  @Override
  public int hashCode() {
    return attempt.hashCode();
  }

  @Override
  public boolean wantsSigns() {
    return HandlerRuntime.wantsSigns(attempt.delivery());
  }

  @Override
  public void sign() {
    attempt.sign();
  }

  @Override
  public void release() {
    attempt.release();
  }

  @Override
  public void interruptForClose() {
    closing = true;
    Watchdog watch = watchdog;
    if (watch != null) {
      watch.interrupt(Watchdog.Bite.CLOSING);
    }
    attempt.release(); // at the limit the broker gets it back, whatever the handler does about it
    attempt.interruptHandler(); // a stage, which has no thread
  }
}
