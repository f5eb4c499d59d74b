package dev.parley;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of an application in one call: configuration in, broker built, handlers registered, run
 * until SIGTERM, drain.
 *
 * <pre>{@code
 * Application.configure(args).handlers(new Orders()).run();
 * }</pre>
 *
 * <p>Not thread-safe while it is set up; {@link #stop()} may be called by any thread.
 */
public final class Application {

  private static final Logger log = LoggerFactory.getLogger(Application.class);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(10);

  private final Configuration configuration;
  private final List<Function<Broker, ?>> handlers = new ArrayList<>();
  private final List<Consumer<Broker.Builder>> customisers = new ArrayList<>();
  private final List<Consumer<Broker>> beforeStart = new ArrayList<>();
  private final List<Consumer<Broker>> afterStart = new ArrayList<>();
  private final List<Consumer<Broker>> beforeStop = new ArrayList<>();
  private final List<Runnable> afterStop = new ArrayList<>();
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Application(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * An application configured by all sources, the arguments of {@code main} on top. Throws {@link
   * ConfigurationException}.
   */
  public static Application configure(String... arguments) {
    return new Application(Configuration.load(arguments));
  }

  /** An application with that configuration. */
  public static Application configure(Configuration configuration) {
    return new Application(requireNonNull(configuration, "configuration"));
  }

  /** Adds objects with {@link Subscriber} methods. */
  public Application handlers(Object... objects) {
    Arrays.stream(objects).forEach(object -> handlers.add(broker -> object));
    return this;
  }

  /** Adds an object that needs the broker, to publish or to call. */
  public Application handlers(Function<Broker, ?> factory) {
    handlers.add(requireNonNull(factory, "factory"));
    return this;
  }

  /** Adds classes whose objects the function supplies, so that any container can. */
  public Application handlers(Function<Class<?>, ?> container, Class<?>... classes) {
    Arrays.stream(classes).forEach(type -> handlers.add(broker -> container.apply(type)));
    return this;
  }

  /** Adds codecs, interceptors or registered errors. */
  public Application customise(Consumer<Broker.Builder> customiser) {
    customisers.add(requireNonNull(customiser, "customiser"));
    return this;
  }

  /** Runs after the handlers are registered and before they start. */
  public Application beforeStart(Consumer<Broker> hook) {
    beforeStart.add(requireNonNull(hook, "hook"));
    return this;
  }

  /** Runs once the handlers are consuming. */
  public Application afterStart(Consumer<Broker> hook) {
    afterStart.add(requireNonNull(hook, "hook"));
    return this;
  }

  /** Runs before the broker drains; it still publishes and handles. */
  public Application beforeStop(Consumer<Broker> hook) {
    beforeStop.add(requireNonNull(hook, "hook"));
    return this;
  }

  /** Runs after the broker is closed. */
  public Application afterStop(Runnable hook) {
    afterStop.add(requireNonNull(hook, "hook"));
    return this;
  }

  /**
   * Starts, runs until SIGTERM, Ctrl-C or {@link #stop()}, drains, and returns.
   *
   * <p>When something fails before it runs, everything is closed and the exception is thrown. A
   * failing stop hook is logged and does not keep the others from running.
   */
  public void run() {
    Thread hook = new Thread(this::stopAndWait, "parley-shutdown");
    Broker broker = build();
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      start(broker);
      stopAsked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // asked to stop in Java's own way
    } finally {
      shutDown(broker);
      removeQuietly(hook);
    }
  }

  /** Has {@link #run()} drain and return. Idempotent, returns at once. */
  public void stop() {
    stopAsked.countDown();
  }

  private Broker build() {
    Broker.Builder builder = Broker.builder().configuration(configuration);
    customisers.forEach(customiser -> customiser.accept(builder));
    return builder.build();
  }

  private void start(Broker broker) {
    handlers.forEach(factory -> broker.register(factory.apply(broker)));
    beforeStart.forEach(hook -> hook.accept(broker));
    broker.start();
    afterStart.forEach(hook -> hook.accept(broker));
    log.info("{} is running with {} subscriptions", broker.name(), broker.subscriptions().size());
  }

  private void shutDown(Broker broker) {
    boolean interrupted = Thread.interrupted(); // draining waits, and has a limit of its own
    try {
      beforeStop.forEach(hook -> guarded(() -> hook.accept(broker), "beforeStop"));
      guarded(broker::close, "close");
      afterStop.forEach(hook -> guarded(hook, "afterStop"));
    } finally {
      stopped.countDown();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void guarded(Runnable step, String name) {
    try {
      step.run();
    } catch (RuntimeException e) {
      log.error("The step {} of stopping failed; stopping goes on", name, e);
    }
  }

  /**
   * On the JVM's shutdown thread: the JVM ends when this returns, so it waits for the drain, whose
   * own limit bounds it.
   */
  private void stopAndWait() {
    stop();
    try {
      if (!stopped.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        log.error("Stopping took longer than {}; the process ends all the same", STOP_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeQuietly(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.debug("The JVM is shutting down already", e);
    }
  }
}
