package dev.parley.engine.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one broker, all named after it: handlers and user callbacks run on virtual threads
 * on Java 21 and later, on bounded pools before.
 *
 * <p>The handler pool has as many threads as all subscriptions' concurrency together, so a handler
 * that waits for another one never takes its thread. Thread-safe.
 */
public final class EngineThreads {

  private static final int CALLBACK_THREADS = 64;
  private static final int BESIDE_THREADS = 256;

  /** Which of a broker's executors runs the current thread; null for anybody else's thread. */
  private static final ThreadLocal<@Nullable ExecutorService> CURRENT = new ThreadLocal<>();

  private static final @Nullable Method OF_VIRTUAL = find(Thread.class, "ofVirtual");

  private final String name;
  private final ExecutorService handlers;
  private final ExecutorService callbacks;
  private final ExecutorService beside;

  private final AtomicInteger handlerThreads = new AtomicInteger();

  private EngineThreads(
      String name, ExecutorService handlers, ExecutorService callbacks, ExecutorService beside) {
    this.name = name;
    this.beside = beside;
    this.handlers = handlers;
    this.callbacks = callbacks;
  }

  /** The threads of the broker of that name; none is started yet. */
  public static EngineThreads named(String name) {
    if (OF_VIRTUAL != null) {
      return new EngineThreads(
          name,
          perTask(virtualFactory(OF_VIRTUAL, name + "-handler-")),
          perTask(virtualFactory(OF_VIRTUAL, name + "-callback-")),
          perTask(virtualFactory(OF_VIRTUAL, name + "-task-")));
    }
    return new EngineThreads(
        name,
        pool(1, platformFactory(name + "-handler-")),
        pool(CALLBACK_THREADS, platformFactory(name + "-callback-")),
        new ThreadPoolExecutor(
            0,
            BESIDE_THREADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            platformFactory(name + "-task-"),
            new ThreadPoolExecutor.CallerRunsPolicy()));
  }

  /** Makes room for that many handlers more. */
  public synchronized void addHandlers(int concurrency) {
    int threads = handlerThreads.addAndGet(concurrency);
    if (handlers instanceof ThreadPoolExecutor pool) {
      pool.setMaximumPoolSize(threads);
    }
  }

  /** Runs a handler; the caller has seen to it that no more run than there is room for. */
  public void handle(Runnable handler) {
    handlers.execute(handler);
  }

  /**
   * Runs what completes a user's future, never on the calling thread and after {@link #close} too,
   * because a future that never completes is worse than a late one. There are no more of them than
   * calls in flight.
   */
  public void callBack(Runnable callback) {
    try {
      callbacks.execute(marked(callbacks, callback));
    } catch (RejectedExecutionException e) {
      newThread("late-callback", callback).start();
    }
  }

  /**
   * Runs what a handler starts beside itself; with all threads busy the one that asks runs it, so
   * nothing waits here.
   */
  public void runBeside(Runnable task) {
    beside.execute(marked(beside, task));
  }

  private Runnable marked(ExecutorService executor, Runnable task) {
    return () -> {
      ExecutorService before = CURRENT.get();
      CURRENT.set(executor);
      try {
        task.run();
      } finally {
        CURRENT.set(before); // of a task that its caller runs; else null
      }
    };
  }

  /** Makes a daemon thread for one purpose. */
  public Thread newThread(String purpose, Runnable task) {
    Thread thread = new Thread(task, name + "-" + purpose);
    thread.setDaemon(true);
    return thread;
  }

  /** Makes daemon threads for a transport. */
  public ThreadFactory transportThreads() {
    return platformFactory(name + "-io-");
  }

  /**
   * Ends all threads, interrupting those that still run after the limit. Callbacks that found no
   * thread until then run all the same, so that no future is left behind. Called on one of these
   * threads, by a callback that closes the broker, it does not wait for the kind it is of: that
   * would be to wait for itself.
   */
  public void close(Duration limit) {
    handlers.shutdown();
    callbacks.shutdown();
    beside.shutdown();
    long deadline = System.nanoTime() + Durations.nanos(limit);
    ExecutorService own = CURRENT.get();
    boolean calledBack =
        own == callbacks || await(callbacks, deadline); // first: handlers may use up the limit
    if (!await(handlers, deadline)) {
      handlers.shutdownNow();
    }
    if (own != beside && !await(beside, deadline)) {
      beside.shutdownNow();
    }
    if (!calledBack) {
      runLate(callbacks.shutdownNow());
    }
  }

  private void runLate(List<Runnable> left) {
    ThreadPoolExecutor late = pool(CALLBACK_THREADS, platformFactory(name + "-late-callback-"));
    left.forEach(late::execute);
    late.shutdown();
  }

  private static boolean await(ExecutorService executor, long deadline) {
    try {
      return executor.awaitTermination(
          Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static ThreadPoolExecutor pool(int threads, ThreadFactory factory) {
    HandOff handOff = new HandOff();
    return new ThreadPoolExecutor(0, threads, 10, TimeUnit.SECONDS, handOff, factory, handOff);
  }

  /**
   * Makes a pool prefer an idle thread to a new one, and a new one to waiting. What waits here has
   * all threads busy with what is just ending, or with callbacks; permits and calls in flight bound
   * it. Thread-safe.
   */
  private static final class HandOff extends LinkedTransferQueue<Runnable>
      implements RejectedExecutionHandler {

    private static final long serialVersionUID = 1;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }

    @Override
    public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
      if (pool.isShutdown()) {
        throw new RejectedExecutionException("the broker object is closed");
      }
      put(task);
      if (pool.getPoolSize() == 0 && remove(task)) {
        pool.execute(task); // the last thread ended, idle, just before it could have seen the task
      }
    }
  }

  private static ThreadFactory platformFactory(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * {@code Thread.ofVirtual().name(prefix, 1).factory()}, by reflection because the code compiles
   * for Java 17.
   */
  private static ThreadFactory virtualFactory(Method ofVirtual, String prefix) {
    try {
      Object builder = ofVirtual.invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      builder = type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
      return (ThreadFactory) type.getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "This JVM has Thread.ofVirtual() but not what belongs to it", e);
    }
  }

  private static ExecutorService perTask(ThreadFactory factory) {
    try {
      Method method = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
      return (ExecutorService) method.invoke(null, factory);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(
          "This JVM has Thread.ofVirtual() but not what belongs to it", e);
    }
  }

  private static @Nullable Method find(Class<?> type, String method) {
    try {
      return Runtime.version().feature() < 21 ? null : type.getMethod(method);
    } catch (NoSuchMethodException e) {
      return null; // an early access build: bounded pools will do
    }
  }
}
