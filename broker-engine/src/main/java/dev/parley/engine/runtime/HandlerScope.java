package dev.parley.engine.runtime;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which handler a thread is working for: calls made inside it inherit its deadline, and may still
 * be made while the broker drains.
 *
 * <p>Immutable; bound to a thread while it runs the handler, and while it completes futures of
 * calls made in the handler.
 */
public final class HandlerScope {

  private static final ThreadLocal<@Nullable HandlerScope> CURRENT = new ThreadLocal<>();

  private final Object broker;
  private final long deadlineNanos;
  private final boolean hasDeadline;
  private final BooleanSupplier running;

  /** A handler of that broker; {@code running} says whether it still runs. */
  public HandlerScope(
      Object broker, boolean hasDeadline, long deadlineNanos, BooleanSupplier running) {
    this.broker = broker;
    this.hasDeadline = hasDeadline;
    this.deadlineNanos = deadlineNanos;
    this.running = running;
  }

  /** The handler this thread works for; null outside of handlers. */
  public static @Nullable HandlerScope current() {
    return CURRENT.get();
  }

  /** Whether this thread works for a running handler of that broker. */
  public static boolean isInside(Object broker) {
    HandlerScope scope = CURRENT.get();
    return scope != null && scope.broker == broker && scope.running.getAsBoolean();
  }

  /** Runs a task for a handler; null leaves the thread as it is. */
  public static void run(@Nullable HandlerScope scope, Runnable task) {
    if (scope == null) {
      task.run();
      return;
    }
    HandlerScope before = CURRENT.get();
    CURRENT.set(scope);
    try {
      task.run();
    } finally {
      CURRENT.set(before); // null as well: the thread's entry is there for the next handler
    }
  }

  /** Whether the message it handles has a deadline. */
  public boolean hasDeadline() {
    return hasDeadline;
  }

  /** The deadline, by the broker's monotonic clock. */
  public long deadlineNanos() {
    return deadlineNanos;
  }
}
