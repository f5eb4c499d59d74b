package dev.parley.bench.engine;

import dev.parley.Broker;
import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Makes a broker run its handlers on the thread that delivers. No setting does that, because no
 * program should; it shows what the engine costs without the way to another thread.
 */
final class DirectHandlers extends AbstractExecutorService {
  private volatile boolean shutdown;

  private DirectHandlers() {}

  static void in(Broker broker) throws ReflectiveOperationException {
    Object threads = field(broker.getClass(), "threads").get(broker);
    field(threads.getClass(), "handlers").set(threads, new DirectHandlers());
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  @Override
  public void execute(Runnable handler) {
    handler.run();
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
