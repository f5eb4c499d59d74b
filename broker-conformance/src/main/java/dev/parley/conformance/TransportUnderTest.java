package dev.parley.conformance;

import dev.parley.spi.Capability;
import dev.parley.spi.Scheduler;
import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportProvider;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The transport that serves a URL, without the engine: what it declares, and bytes as it moves
 * them. Any thread may call it.
 */
final class TransportUnderTest implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Transport transport;
  private final ScheduledThreadPoolExecutor timer;

  private TransportUnderTest(Transport transport, ScheduledThreadPoolExecutor timer) {
    this.transport = transport;
    this.timer = timer;
  }

  /** What a transport says of itself without a connection. */
  record Declaration(Set<Capability> capabilities, Set<Class<?>> nativeTypes) {}

  /** What the transport declares. */
  static Declaration of(ConformanceBroker server) {
    try (TransportUnderTest opened = open(server.url())) {
      return new Declaration(opened.transport.capabilities(), opened.transport.nativeTypes());
    }
  }

  /** The name that its settings begin with. */
  static String name(ConformanceBroker server) {
    return provider(server.url()).name();
  }

  /** A transport of its own for that URL, with default settings. */
  static TransportUnderTest open(String url) {
    String name = "foreign-" + COUNT.incrementAndGet();
    ThreadFactory threads = runnable -> daemon(runnable, name);
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads);
    Transport transport =
        provider(url)
            .create(
                new TransportContext(
                    url,
                    new Defaults(),
                    name,
                    new Timer(timer),
                    threads,
                    (connection, state, error) -> {}));
    return new TransportUnderTest(transport, timer);
  }

  Transport transport() {
    return transport;
  }

  @Override
  public void close() {
    transport.close();
    timer.shutdownNow();
  }

  private static TransportProvider provider(String url) {
    String scheme = url.substring(0, url.indexOf(':'));
    return ServiceLoader.load(TransportProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.schemes().contains(scheme))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No transport serves " + scheme + ":"));
  }

  private static Thread daemon(Runnable runnable, String name) {
    Thread thread = new Thread(runnable, name);
    thread.setDaemon(true);
    return thread;
  }

  private static final class Defaults implements Settings {
    @Override
    public <T> T get(Setting<T> setting) {
      return setting.defaultValue();
    }
  }

  private record Timer(ScheduledThreadPoolExecutor executor) implements Scheduler {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Task schedule(Duration delay, Runnable action) {
      Future<?> task = executor.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> task.cancel(false);
    }
  }
}
