package dev.parley.spi.support;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes the threads of one transport, the client library's among them, and knows which are left.
 * Any thread.
 */
public final class OwnedThreads implements ThreadFactory {

  private final ThreadFactory factory;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /** With the factory that names them after their broker. */
  public OwnedThreads(ThreadFactory factory) {
    this.factory = factory;
  }

  /** Threads whose names end with what they are for, whatever the client library calls them. */
  public ThreadFactory named(String purpose) {
    return task -> {
      AtomicReference<String> name = new AtomicReference<>("");
      Thread thread =
          newThread(
              () -> {
                Thread.currentThread().setName(name.get());
                task.run();
              });
      name.set(thread.getName() + "-" + purpose);
      return thread;
    };
  }

  @Override
  public Thread newThread(Runnable task) {
    threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread = factory.newThread(task);
    threads.add(thread);
    return thread;
  }

  /** Waits until all are gone but the current one; returns those that are left after the limit. */
  public List<Thread> join(Duration limit) throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    for (Thread thread : threads) {
      long left = Duration.ofNanos(until - System.nanoTime()).toMillis();
      if (left > 0 && thread != Thread.currentThread()) {
        thread.join(left);
      }
    }
    return threads.stream()
        .filter(thread -> thread.isAlive() && thread != Thread.currentThread())
        .toList();
  }
}
