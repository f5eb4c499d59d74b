package dev.parley.engine.handle;

import dev.parley.BrokerClosedException;
import dev.parley.DeclarationException;
import dev.parley.HandleInterceptor;
import dev.parley.SubscribeOptions;
import dev.parley.engine.codec.BodyValidator;
import dev.parley.engine.runtime.EngineSettings;
import dev.parley.engine.runtime.ForeignOptions;
import dev.parley.spi.Settings;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of one broker: registered, started, looked up, stopped. Any thread may call it;
 * guarded by its monitor.
 */
public final class HandlerRegistry {

  private final HandlerParts parts;
  private final ForeignOptions foreignOptions;
  private final SpecFactory specs;
  private final SignatureReader signatures;
  private final HandlerScanner scanner;
  private final CancelListener cancels;
  private final Map<String, HandlerSubscription> subscriptions =
      new LinkedHashMap<>(); // guarded by this
  private boolean started; // guarded by this
  private boolean closed; // guarded by this

  /** With what all handlers share; placeholders are filled by {@code placeholders}. */
  public HandlerRegistry(
      HandlerParts parts,
      ForeignOptions foreignOptions,
      Settings settings,
      UnaryOperator<String> placeholders) {
    this.parts = parts;
    this.foreignOptions = foreignOptions;
    this.specs = new SpecFactory(settings, placeholders);
    this.signatures =
        new SignatureReader(
            parts.codecs(), BodyValidator.create(), parts.transport().nativeTypes());
    this.scanner = new HandlerScanner(specs, signatures, placeholders);
    this.cancels =
        new CancelListener(
            parts.transport(), settings.get(EngineSettings.CONTROL_TOPIC), this::cancelled);
  }

  /** Registers the annotated methods of an object, all or none. */
  public synchronized List<HandlerSubscription> register(
      Object target, String prefix, List<HandleInterceptor> interceptors) {
    return addAll(scanner.scan(target, prefix, interceptors));
  }

  /** Registers a lambda. */
  public synchronized HandlerSubscription register(
      SubscribeOptions options,
      Type type,
      boolean returnsNothing,
      Lambda lambda,
      String prefix,
      List<HandleInterceptor> interceptors) {
    String where = "the handler of " + options;
    Signature signature = signatures.of(type, returnsNothing, where);
    HandlerSpec spec =
        specs.of(
            options,
            where,
            prefix,
            signature,
            arguments -> lambda.handle(arguments[0]),
            interceptors);
    return addAll(List.of(spec)).get(0);
  }

  /** A handler given as a lambda, its types forgotten. */
  @FunctionalInterface
  public interface Lambda {

    /** Handles what its subscription declares. */
    @Nullable Object handle(@Nullable Object content) throws Exception;
  }

  private List<HandlerSubscription> addAll(List<HandlerSpec> found) {
    if (closed) {
      throw new BrokerClosedException(
          found.get(0).where() + " was not registered: the broker object is closing or closed",
          null);
    }
    Map<String, List<HandlerSpec>> fresh = new LinkedHashMap<>();
    for (HandlerSpec spec : found) {
      foreignOptions.check(spec.transportOptions(), spec.where());
      HandlerSubscription before = subscriptions.get(spec.name());
      if (before != null) {
        throw handledTwice(spec, before.where());
      }
      List<HandlerSpec> shared = fresh.computeIfAbsent(spec.name(), name -> new ArrayList<>());
      if (!shared.isEmpty()) {
        if (!Operations.share(shared.get(0), spec)) {
          throw handledTwice(spec, shared.get(0).where());
        }
        Operations.checkAgree(shared.get(0), spec);
      }
      shared.add(spec);
    }
    List<HandlerSubscription> added = new ArrayList<>();
    fresh.forEach((name, specs) -> added.add(new HandlerSubscription(specs, parts)));
    added.forEach(subscription -> subscriptions.put(subscription.name(), subscription));
    if (started) {
      cancels.start();
      added.forEach(HandlerSubscription::start);
    }
    return List.copyOf(added);
  }

  private static DeclarationException handledTwice(HandlerSpec spec, String before) {
    return new DeclarationException(
        spec.where()
            + ": "
            + spec.source()
            + " is handled by "
            + before
            + " already; one handler for each queue and group of a broker object: raise its concurrency, choose another group, or declare both as methods of one interface");
  }

  /** Starts all of them, and from now on each that is registered. */
  public synchronized List<HandlerSubscription> start() {
    started = true;
    if (!subscriptions.isEmpty()) {
      cancels.start();
    }
    subscriptions.values().forEach(HandlerSubscription::start);
    return List.copyOf(subscriptions.values());
  }

  /** A call was cancelled: what has begun is interrupted, what comes later is dropped. */
  private void cancelled(String queue, String correlationId, long rememberMillis) {
    List<HandlerSubscription> of =
        all().stream().filter(each -> each.source().name().equals(queue)).toList();
    boolean found = false;
    for (HandlerSubscription subscription : of) {
      found |= subscription.cancel(correlationId);
    }
    if (!found && !of.isEmpty() && rememberMillis > 0) {
      long until = parts.timer().nanoTime() + rememberMillis * 1_000_000;
      parts.cancelled().remember(correlationId, until);
      of.forEach(subscription -> subscription.cancel(correlationId)); // it may just have come
    }
  }

  /** Hears of no cancelled calls any more. */
  public void stopHearing() {
    cancels.close();
  }

  /** All of them, after which no more are registered. */
  public synchronized List<HandlerSubscription> close() {
    closed = true;
    return all();
  }

  /** All of them, in the order of their registration. */
  public synchronized List<HandlerSubscription> all() {
    return new ArrayList<>(subscriptions.values());
  }

  /** The one of that name. */
  public synchronized Optional<HandlerSubscription> find(String name) {
    return Optional.ofNullable(subscriptions.get(name));
  }

  /** Whether that queue is one of these handlers' and none of them was started. */
  public synchronized boolean notStarted(String queue) {
    return !started && subscriptions.containsKey(queue);
  }
}
