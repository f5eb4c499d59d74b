package dev.parley.engine.handle;

import dev.parley.Counter;
import dev.parley.Health;
import dev.parley.Subscription;
import dev.parley.SubscriptionState;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Source;
import dev.parley.spi.WireHeaders;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One handler's subscription, from registration to drain.
 *
 * <p>Deliveries and states come on the transport's threads, the user pauses and resumes from any,
 * the broker starts and stops it. The listening is guarded by this object's monitor; the open
 * attempts and the running work are concurrent sets.
 */
public final class HandlerSubscription
    implements Subscription, DeliveryListener, HandlerRuntime.Observer {

  private static final Logger log = LoggerFactory.getLogger(HandlerSubscription.class);

  private final HandlerSpec spec;
  private final SubscriptionStatus status;
  private final HandlerParts parts;
  private final HandlerRuntime runtime;
  private final Map<String, HandlerRuntime> operations;
  private final Duration limit;
  private final Dispatcher dispatcher;
  private final Admission admission;
  private final BatchCollector batches;
  private final Set<Attempt> open = ConcurrentHashMap.newKeySet();
  private final RunningSet running;
  private final CompletableFuture<@Nullable Void> consuming = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
  private volatile boolean stopping;
  private volatile boolean fetchingEnded;
  private @Nullable Listening listening; // guarded by this
  private boolean pauseAsked; // guarded by this

  /** For one handler, or for the operations of one service that share a queue. */
  HandlerSubscription(List<HandlerSpec> specs, HandlerParts parts) {
    this.spec = specs.get(0);
    this.status = new SubscriptionStatus(spec);
    this.parts = parts;
    this.admission =
        spec.loadShedding()
            ? new LoadShedding(
                spec.concurrency(), spec.where(), parts.timer()::nanoTime, parts.clock()::millis)
            : Admission.ALL;
    this.running = new RunningSet(parts.timer(), parts.heartbeat());
    this.operations = runtimes(specs);
    this.runtime = operations.values().iterator().next();
    this.limit =
        specs.stream().map(HandlerSpec::limit).max(Comparator.naturalOrder()).orElseThrow();
    this.dispatcher = new Dispatcher(spec.concurrency(), parts.threads()::handle);
    this.batches =
        new BatchCollector(
            spec.batch(),
            parts.timer(),
            attempts -> dispatcher.offer(new BatchWork(runtime, attempts)));
  }

  private Map<String, HandlerRuntime> runtimes(List<HandlerSpec> specs) {
    Set<String> names = new TreeSet<>();
    specs.stream()
        .map(HandlerSpec::operation)
        .filter(Objects::nonNull)
        .forEach(operation -> names.add(operation.name()));
    Map<String, HandlerRuntime> runtimes = new LinkedHashMap<>();
    for (HandlerSpec each : specs) {
      String name = each.operation() == null ? "" : each.operation().name();
      runtimes.put(name, new HandlerRuntime(parts, each, names, admission, this));
    }
    return runtimes;
  }

  /** What it listens to. */
  public Source source() {
    return spec.source();
  }

  /** The class and method of its handler, or what stands for a lambda. */
  public String where() {
    return spec.where();
  }

  /** The options of a transport's own. */
  public List<Object> transportOptions() {
    return spec.transportOptions();
  }

  /** Begins to consume. Idempotent. */
  public void start() {
    synchronized (this) {
      if (listening != null || stopping) {
        return;
      }
      status.enter(SubscriptionState.STARTING, null);
    }
    parts.threads().addHandlers(spec.concurrency());
    Listening started =
        parts
            .transport()
            .listen(
                new ListenRequest(spec.source(), spec.prefetch(), limit, spec.transportOptions()),
                this);
    boolean pause;
    synchronized (this) {
      listening = started;
      pause = pauseAsked;
    }
    if (pause) {
      started.pause();
    }
  }

  /** Completes once it has consumed for the first time. */
  public CompletableFuture<@Nullable Void> consuming() {
    return consuming;
  }

  @Override
  public void delivered(Delivery delivery) {
    HandlerRuntime called = runtimeOf(delivery);
    Attempt attempt = new Attempt(called, delivery);
    open.add(attempt);
    if (isForAnotherGroup(delivery)) {
      attempt.passOver();
      return;
    }
    parts.counters().add(Counter.RECEIVED);
    if (spec.takesBatches()) {
      batches.add(attempt);
    } else if (admission.takes(attempt, dispatcher.waiting(), dispatcher.running())) {
      dispatcher.offer(new SingleWork(called, attempt));
    } else {
      attempt.refuse();
    }
  }

  /** A dead letter that was sent back to its topic is for the group that failed, and no other. */
  private boolean isForAnotherGroup(Delivery delivery) {
    if (spec.source().kind() == Source.Kind.QUEUE) {
      return false;
    }
    String group = delivery.message().header(WireHeaders.GROUP);
    return group != null && !group.equals(spec.source().group());
  }

  /** The handler that is called; of several the first refuses what calls none of them. */
  private HandlerRuntime runtimeOf(Delivery delivery) {
    if (operations.size() == 1) {
      return runtime;
    }
    String method = delivery.message().header(WireHeaders.METHOD);
    HandlerRuntime called = method == null ? null : operations.get(method);
    return called == null ? runtime : called;
  }

  @Override
  public void changed(State changed, @Nullable Throwable error) {
    status.changed(changed, error);
    if (changed == State.CONSUMING || changed == State.PAUSED) {
      consuming.complete(null);
    }
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public SubscriptionState state() {
    return status.state();
  }

  /** Its part of the health. */
  public Health.Subscription health() {
    return status.health(open.size());
  }

  @Override
  public void pause() {
    Listening current;
    synchronized (this) {
      pauseAsked = true;
      current = listening;
    }
    if (current != null) {
      current.pause();
    }
  }

  @Override
  public void resume() {
    Listening current;
    synchronized (this) {
      pauseAsked = false;
      current = listening;
    }
    if (current != null) {
      current.resume();
    }
  }

  @Override
  public void began(RunningWork work) {
    running.add(work);
  }

  @Override
  public void ended(RunningWork work) {
    running.remove(work);
  }

  @Override
  public void over(Attempt attempt) {
    open.remove(attempt);
    completeIfDrained();
  }

  /** Cancels what is here of that call; says whether something is. */
  boolean cancel(String correlationId) {
    boolean found = false;
    for (Attempt attempt : open) {
      if (correlationId.equals(attempt.delivery().message().correlationId())) {
        attempt.cancel();
        found = true;
      }
    }
    return found;
  }

  /**
   * Stops fetching and hands back what has not begun; the future completes when the last delivery
   * is settled.
   */
  public CompletableFuture<@Nullable Void> stop() {
    Listening current;
    synchronized (this) {
      stopping = true;
      current = listening;
    }
    consuming.complete(null); // whoever waits in start() sees that the broker object closes
    if (current == null) {
      drained.complete(null);
      return drained;
    }
    dispatcher
        .halt(); // handed back once fetching has ended: earlier the broker would bring it again
    current
        .stop()
        .whenComplete(
            (done, error) -> {
              dispatcher.stop(); // before the flush, so that what was gathered is handed back too
              batches.flush();
              fetchingEnded = true;
              completeIfDrained();
            });
    return drained;
  }

  private void completeIfDrained() {
    if (fetchingEnded && open.isEmpty()) {
      drained.complete(null);
    }
  }

  /** At the limit: interrupts the handlers, hands their messages back, and tries nothing again. */
  public void interrupt() {
    if (!running.isEmpty()) {
      log.warn(
          "{} still runs at the limit for closing: it is interrupted, and its messages are handed back",
          spec.where());
    }
    dispatcher.stop(); // even if the transport still has not stopped fetching
    batches.flush();
    running.interruptForClose();
    open.forEach(Attempt::abandon);
  }

  /** Ends it for good. */
  public void close() {
    Listening current;
    synchronized (this) {
      stopping = true;
      current = listening;
      status.enter(SubscriptionState.STOPPED, null);
    }
    if (current != null) {
      current.close();
    }
  }
}
