package dev.parley.test;

import dev.parley.HandleInterceptor;
import dev.parley.Message;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows which handlers run, and tells the recorder what they throw. Around every handler, on its
 * thread; the set, bounded by the handlers' concurrency, is a concurrent one.
 */
final class RunningHandlers implements HandleInterceptor {

  private static final int FRAMES = 12;

  /** One attempt; a class, not a record, because each is equal to itself alone. */
  private static final class Run {

    private final Message<?> message;

    /** Whose it is; null once only the handler's stage is left. */
    private volatile @Nullable Thread thread = Thread.currentThread();

    private Run(Message<?> message) {
      this.message = message;
    }

    private String describe() {
      Thread current = thread;
      return "handler of \""
          + message.queue()
          + "\", attempt "
          + message.attempt()
          + " of message "
          + message.messageId().orElse("without id")
          + (current == null
              ? ": it returned a CompletionStage that is not complete"
              : ", in thread " + current.getName() + frames(current));
    }

    private static String frames(Thread thread) {
      return Stream.of(thread.getStackTrace())
          .limit(FRAMES)
          .map(frame -> "\n      at " + frame)
          .collect(Collectors.joining());
    }
  }

  private final Recorder recorder;
  private final Changes changes;
  private final Set<Run> running = ConcurrentHashMap.newKeySet();

  RunningHandlers(Recorder recorder, Changes changes) {
    this.recorder = recorder;
    this.changes = changes;
  }

  @Override
  public @Nullable Object handle(Message<?> message, Next next) throws Exception {
    Run run = new Run(message);
    running.add(run);
    Object result;
    try {
      result = next.proceed();
    } catch (Throwable e) {
      ended(run, e);
      throw e;
    }
    if (result instanceof CompletionStage<?> stage) {
      run.thread = null;
      stage.whenComplete((value, error) -> ended(run, error));
    } else {
      ended(run, null);
    }
    return result;
  }

  private void ended(Run run, @Nullable Throwable error) {
    running.remove(run);
    if (error != null) {
      recorder.add(new Event.Threw(run.message.queue(), run.message.attempt(), cause(error)));
    }
    changes.happened();
  }

  private static Throwable cause(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }

  boolean none() {
    return running.isEmpty();
  }

  /** Whether this thread runs one of them. */
  boolean onThisThread() {
    return running.stream().anyMatch(run -> run.thread == Thread.currentThread());
  }

  /** Each of them with the place where it is. */
  List<String> describe() {
    return running.stream().map(Run::describe).toList();
  }
}
