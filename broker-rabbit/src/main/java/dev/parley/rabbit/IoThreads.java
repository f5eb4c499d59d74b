package dev.parley.rabbit;

import java.util.concurrent.ThreadFactory;

/** Knows the threads of the client library, which only enqueue and never write. */
final class IoThreads {

  private static final ThreadLocal<Boolean> CURRENT = ThreadLocal.withInitial(() -> false);

  private IoThreads() {}

  /** Threads of that factory, for the client library. */
  static ThreadFactory of(ThreadFactory threads) {
    return task ->
        threads.newThread(
            () -> {
              CURRENT.set(true);
              task.run();
            });
  }

  /** Whether this thread is one of them. */
  static boolean isCurrent() {
    return CURRENT.get();
  }
}
