package dev.parley.engine.handle;

import dev.parley.Batch;
import dev.parley.Counter;
import dev.parley.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Many deliveries in one slot: those that are not valid, or came too late, end on their own; the
 * others succeed or fail together, each retried by its own count of attempts. Run by the handler's
 * thread; interrupted by the timer or the closing thread through its watchdog.
 */
final class BatchWork implements RunningWork {

  /** A delivery that can be handled; ending one a second time does nothing. */
  private record Member(Attempt attempt, Message<Object> message) {}

  private final HandlerRuntime runtime;
  private final List<Attempt> attempts;
  private volatile @Nullable Watchdog watchdog;
  private volatile boolean closing;

  BatchWork(HandlerRuntime runtime, List<Attempt> attempts) {
    this.runtime = runtime;
    this.attempts = List.copyOf(attempts);
  }

  @Override
  public @Nullable String key() {
    return null;
  }

  @Override
  public void run(Dispatcher.Slot slot) {
    runtime.began(this);
    LogContext context = LogContext.of(runtime.spec().source().name(), null);
    try {
      handle(
          () -> {
            runtime.ended(this);
            slot.free();
          });
    } finally {
      context.close();
    }
  }

  private void handle(Runnable whenEnded) {
    List<Member> live = new ArrayList<>(attempts.size());
    for (Attempt attempt : attempts) {
      Received received = attempt.isOver() ? null : attempt.read();
      if (received != null) {
        live.add(new Member(attempt, received.message()));
      }
    }
    if (live.isEmpty()) {
      whenEnded.run();
    } else {
      live.get(0).attempt().inScope(() -> invoke(live, whenEnded));
    }
  }

  private void invoke(List<Member> members, Runnable whenEnded) {
    List<Attempt> live = members.stream().map(Member::attempt).toList();
    Watchdog watch = Watchdog.start(runtime.parts().timer(), runtime.limitNanos());
    watchdog = watch;
    if (closing) {
      watch.interrupt(Watchdog.Bite.CLOSING); // it was asked for before there was a watchdog
    }
    Object result = null;
    Throwable error = null;
    try {
      result = invoke(admitted(members));
    } catch (
        Throwable
            e) { // an Error in a handler is a failed attempt like any other: the consumer lives
      error = e;
    }
    Watchdog.Bite bite = watch.end();
    if (bite == Watchdog.Bite.CLOSING) {
      live.forEach(Attempt::release);
    } else if (bite == Watchdog.Bite.LIMIT) {
      runtime.count(Counter.LIMIT_EXCEEDED);
      live.forEach(attempt -> attempt.fail(Failure.thrown(runtime.limitExceeded())));
    } else if (error != null) {
      Failure failure = Failure.thrown(error);
      live.forEach(attempt -> attempt.fail(failure));
    } else if (result instanceof CompletionStage<?> stage) {
      endWith(stage, live, whenEnded);
      return;
    } else {
      live.forEach(attempt -> attempt.returned(null, () -> {}));
    }
    whenEnded.run();
  }

  private static void endWith(CompletionStage<?> stage, List<Attempt> live, Runnable whenEnded) {
    for (int i = 0; i < live.size(); i++) {
      live.get(i).returned(stage, i == live.size() - 1 ? whenEnded : () -> {});
    }
  }

  /**
   * The messages that pass the interceptors, each on its own, before the handler is called; one
   * that is refused fails alone.
   */
  private List<Message<Object>> admitted(List<Member> members) throws InterruptedException {
    List<Message<Object>> admitted = new ArrayList<>(members.size());
    for (Member member : members) {
      try {
        runtime.chain().run(member.message(), () -> null);
        admitted.add(member.message());
      } catch (InterruptedException e) {
        throw e; // the limit, or the end: the watchdog knows
      } catch (Exception | Error e) { // as of a handler: a failed attempt like any other
        member.attempt().fail(Failure.thrown(e));
      }
    }
    return admitted;
  }

  private @Nullable Object invoke(List<Message<Object>> messages) throws Throwable {
    return messages.isEmpty()
        ? null
        : runtime.spec().invoker().invoke(new Object[] {Batch.of(messages)});
  }

  @Override
  public void release() {
    attempts.forEach(Attempt::release);
  }

  @Override
  public void interruptForClose() {
    closing = true;
    Watchdog watch = watchdog;
    if (watch != null) {
      watch.interrupt(Watchdog.Bite.CLOSING);
    }
    release();
  }
}
