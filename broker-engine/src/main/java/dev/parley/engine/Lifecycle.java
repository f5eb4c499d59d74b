package dev.parley.engine;

import dev.parley.BrokerException;
import dev.parley.ConnectionLostException;
import dev.parley.ErrorCode;
import dev.parley.Health;
import dev.parley.engine.config.Secrets;
import dev.parley.engine.handle.HandlerRegistry;
import dev.parley.engine.handle.HandlerSubscription;
import dev.parley.engine.publish.Publisher;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.runtime.EngineSettings;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.Gate;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.engine.stream.ServerStreams;
import dev.parley.spi.Settings;
import dev.parley.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and drains a broker.
 *
 * <p>Any thread may call it. The first to close does the work, others wait for it; a handler that
 * closes its own broker has a thread of its own do it and goes on.
 */
final class Lifecycle {

  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);
  private static final Duration LAST_THREADS = Duration.ofSeconds(2);
  private static final Duration ANOTHER_CLOSE = Duration.ofSeconds(30);

  private final String name;
  private final Object identity;
  private final Gate gate;
  private final HandlerRegistry handlers;
  private final Publisher publisher;
  private final ServerStreams streams;
  private final Transport transport;
  private final TimerWheel timer;
  private final EngineThreads threads;
  private final Settings settings;
  private final ConnectionBoard connections;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  Lifecycle(
      String name,
      Object identity,
      Gate gate,
      HandlerRegistry handlers,
      Publisher publisher,
      ServerStreams streams,
      Transport transport,
      TimerWheel timer,
      EngineThreads threads,
      Settings settings,
      ConnectionBoard connections) {
    this.name = name;
    this.identity = identity;
    this.gate = gate;
    this.handlers = handlers;
    this.publisher = publisher;
    this.streams = streams;
    this.transport = transport;
    this.timer = timer;
    this.threads = threads;
    this.settings = settings;
    this.connections = connections;
  }

  void start() {
    gate.check("start()");
    transport.connect();
    List<HandlerSubscription> started = handlers.start();
    if (settings.get(EngineSettings.START_WAIT)) {
      awaitConsuming(started, settings.get(EngineSettings.START_TIMEOUT));
      gate.check("start()"); // it may have been closed meanwhile, which ends the waiting
    }
  }

  private void awaitConsuming(List<HandlerSubscription> started, Duration limit) {
    CompletableFuture<?>[] consuming =
        started.stream().map(HandlerSubscription::consuming).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(consuming).get(Durations.nanos(limit), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new ConnectionLostException(notConsuming(started, limit), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException(
          ErrorCode.CANCELLED,
          "The thread was interrupted while start() waited for the handlers",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a subscription's start failed", e.getCause());
    }
  }

  private String notConsuming(List<HandlerSubscription> started, Duration limit) {
    List<HandlerSubscription> missing =
        started.stream().filter(subscription -> !subscription.consuming().isDone()).toList();
    Stream<String> reasons =
        Stream.concat(
            connections.snapshot().stream().map(Health.Connection::lastError),
            missing.stream().map(subscription -> subscription.health().lastError()));
    String why =
        reasons.filter(Objects::nonNull).distinct().limit(3).collect(Collectors.joining("; "));
    return "After "
        + limit
        + " (start.timeout) there is no consumer for "
        + missing.stream()
            .map(subscription -> subscription.source().toString())
            .collect(Collectors.joining(", "))
        + " on "
        + Secrets.maskUrl(settings.get(EngineSettings.URL))
        + (why.isEmpty() ? "" : ": " + why)
        + ". Is the broker reachable? With start.wait=false start() does not wait, and goes on trying";
  }

  void close(Duration limit) {
    if (closing.compareAndSet(false, true)) {
      if (HandlerScope.isInside(identity)) {
        threads.newThread("close", () -> drain(limit)).start();
        return;
      }
      drain(limit);
    } else if (!HandlerScope.isInside(identity)) {
      awaitClosed(limit);
    }
  }

  private void awaitClosed(Duration limit) {
    try {
      closed.get(Durations.nanos(limit) + ANOTHER_CLOSE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      log.warn("{} is still being closed by another thread", name, e);
    }
  }

  private void drain(Duration limit) {
    long deadline = System.nanoTime() + Durations.nanos(limit);
    try {
      gate.drain();
      publisher.closeOutside();
      List<HandlerSubscription> all = handlers.close();
      if (!drained(all, deadline)) {
        all.forEach(HandlerSubscription::interrupt);
        awaitDrained(
            all.stream().map(HandlerSubscription::stop).toList(),
            System.nanoTime() + LAST_THREADS.toNanos());
      }
      gate.close();
      publisher.close(); // before the transport closes, so that callers see CLOSED
      all.forEach(HandlerSubscription::close);
      streams.close();
      handlers.stopHearing();
    } finally {
      gate.close();
      end();
    }
  }

  /** Whatever the transport does about it, our own threads end and nobody waits for them. */
  private void end() {
    try {
      transport.close();
    } finally {
      timer.close();
      threads.close(LAST_THREADS);
      closed.complete(true);
    }
  }

  private static boolean drained(List<HandlerSubscription> all, long deadline) {
    return awaitDrained(all.stream().map(HandlerSubscription::stop).toList(), deadline);
  }

  private static boolean awaitDrained(List<? extends CompletableFuture<?>> drained, long deadline) {
    try {
      CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new))
          .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread()
          .interrupt(); // the caller wants out: what runs is interrupted, and released
      return false;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a subscription's drain failed", e.getCause());
    }
  }
}
