package dev.parley.engine.handle;

import dev.parley.Counter;
import dev.parley.InvalidMessageException;
import dev.parley.Violation;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.runtime.LogBudget;
import dev.parley.engine.runtime.LogText;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all attempts of one handler share. Immutable but for the subscription behind its callbacks
 * and what it remembers of the last reply address; any thread may call it.
 */
final class HandlerRuntime {

  private static final Logger log = LoggerFactory.getLogger(HandlerRuntime.class);

  /** What the subscription hears of its work. */
  interface Observer {

    /** A handler begins. */
    void began(RunningWork work);

    /** A handler has ended. */
    void ended(RunningWork work);

    /** A delivery is settled, lost or given up. */
    void over(Attempt attempt);
  }

  private final HandlerParts parts;
  private final HandlerSpec spec;
  private final OutputWriter writer;
  private final FailurePolicy policy;
  private final HandleChain chain;
  private final ContentReader content;
  private final ErrorReplies errorReplies;
  private final Observer observer;
  private final Set<String> operations;
  private final Admission admission;
  private final long limitNanos;

  /** So that a caller with many calls costs the regular expression once; any thread may set it. */
  private volatile @Nullable String lastAllowed;

  HandlerRuntime(
      HandlerParts parts,
      HandlerSpec spec,
      Set<String> operations,
      Admission admission,
      Observer observer) {
    this.parts = parts;
    this.spec = spec;
    this.operations = operations;
    this.admission = admission;
    this.observer = observer;
    this.limitNanos = Durations.nanos(spec.limit());
    this.writer = new OutputWriter(parts, spec);
    this.policy =
        new FailurePolicy(spec, parts.defaultRetry(), parts.backoffInitial(), parts.backoffMax());
    this.chain = new HandleChain(spec.interceptors());
    this.content = new ContentReader(this);
    this.errorReplies = new ErrorReplies(parts.errors());
  }

  HandlerParts parts() {
    return parts;
  }

  HandlerSpec spec() {
    return spec;
  }

  OutputWriter writer() {
    return writer;
  }

  FailurePolicy policy() {
    return policy;
  }

  Admission admission() {
    return admission;
  }

  ContentReader content() {
    return content;
  }

  HandleChain chain() {
    return chain;
  }

  /**
   * Throws {@link InvalidMessageException} when a message calls a method that this handler is not.
   */
  void checkMethod(WireMessage message) {
    if (spec.operation() == null) {
      return;
    }
    String called = message.header(WireHeaders.METHOD);
    boolean mine = called == null ? operations.size() == 1 : called.equals(spec.operation().name());
    if (!mine) {
      String what =
          "the header "
              + WireHeaders.METHOD
              + (called == null ? " is missing" : " is \"" + limited(called) + "\"")
              + "; "
              + spec.source()
              + " has the methods "
              + String.join(", ", operations);
      throw new InvalidMessageException(
          what, List.of(new Violation(WireHeaders.METHOD, what)), null);
    }
  }

  void began(RunningWork work) {
    observer.began(work);
  }

  void ended(RunningWork work) {
    observer.ended(work);
  }

  void over(Attempt attempt) {
    observer.over(attempt);
  }

  void count(Counter counter) {
    parts.counters().add(counter);
  }

  /**
   * Where the reply to a delivery goes; null when nobody wants one, or the address is not allowed.
   */
  @Nullable Address replyAddress(Delivery delivery) {
    Address replyTo = errorReplyAddress(delivery);
    Address asked = delivery.message().replyTo();
    if (replyTo == null && asked != null && !asked.name().isEmpty()) {
      long left = parts.refusals().next();
      if (left >= 0) {
        log.warn(
            "No reply is sent for a message of {}: the setting reply.allow does not allow its reply address{}",
            spec.source(),
            LogBudget.leftOut(left));
      }
    }
    return replyTo;
  }

  /** The same for the reply that tells a failure, which was logged already. */
  @Nullable Address errorReplyAddress(Delivery delivery) {
    Address replyTo = delivery.message().replyTo();
    if (replyTo == null || replyTo.name().isEmpty()) {
      return null;
    }
    if (!isAllowed(replyTo.name())) {
      count(Counter.REPLIES_UNDELIVERABLE);
      return null;
    }
    return replyTo;
  }

  /** Whether a caller asked to be told that its request is being handled. */
  static boolean wantsSigns(Delivery delivery) {
    return "PING".equals(delivery.message().header(WireHeaders.SIGNAL));
  }

  /** Tells a caller that asked for it that its request is being handled, if it has been a while. */
  void sign(Delivery delivery, long deadlineNanos) {
    Address replyTo = delivery.message().replyTo();
    if (wantsSigns(delivery)
        && parts.timer().nanoTime() - delivery.receivedNanos() >= parts.heartbeat().toNanos()
        && replyTo != null
        && isAllowed(replyTo.name())) {
      Outgoing sign = writer.sign(delivery, replyTo, deadlineNanos);
      parts.transport().send(sign, result -> {}); // the next one comes all the same
    }
  }

  /** How long its handler may run. */
  long limitNanos() {
    return limitNanos;
  }

  /** What is wrong with a handler that has run for too long. */
  TimeoutException limitExceeded() {
    return new TimeoutException(
        "The handler " + spec.where() + " took longer than its limit of " + spec.limit());
  }

  /** What is wrong with a request that has no items for a handler of them. */
  InvalidMessageException needsItems() {
    String message =
        "the handler "
            + spec.where()
            + " takes a stream of items, which needs a caller that asks for one";
    return new InvalidMessageException(message, List.of(new Violation("", message)), null);
  }

  /** Whether replies may go there. */
  boolean isAllowed(String replyTo) {
    if (replyTo.equals(lastAllowed)) {
      return true;
    }
    boolean allowed = parts.replyAllow().matcher(replyTo).matches();
    if (allowed) {
      lastAllowed = replyTo;
    }
    return allowed;
  }

  /** The error an error reply tells; null for a plain message. */
  @Nullable RuntimeException errorIn(WireMessage message) {
    return message.header(WireHeaders.STATUS) == null
        ? null
        : errorReplies.read(message, "the sender of a reply to " + spec.source());
  }

  /**
   * One line for each failed attempt; the stack trace only where there is a handler to be looked
   * at, and only the last time.
   */
  void logFailure(String what, Delivery delivery, Throwable error, boolean withTrace) {
    try {
      log(what, delivery, error, withTrace);
    } catch (RuntimeException e) { // from getMessage() or toString() of an error of the user's
      log.error("{} {} with {}, which cannot be told", spec.where(), what, error.getClass(), e);
    }
  }

  private void log(String what, Delivery delivery, Throwable error, boolean withTrace) {
    long left = withTrace ? 0 : parts.refusals().next();
    if (left < 0) {
      return;
    }
    String id = limited(delivery.message().messageId());
    if (withTrace) {
      log.error(
          "{}, attempt {} of message {} from {} {}",
          spec.where(),
          delivery.attempt(),
          id,
          spec.source(),
          what,
          error);
    } else {
      log.warn(
          "{}, attempt {} of message {} from {} {}: {}{}",
          spec.where(),
          delivery.attempt(),
          id,
          spec.source(),
          what,
          limited(error.toString()),
          LogBudget.leftOut(left));
    }
  }

  private static String limited(@Nullable String text) {
    return text == null ? "without id" : LogText.of(text);
  }

  /**
   * Calls a handler inside of interceptors, which may throw exceptions and errors but not every
   * throwable.
   */
  static @Nullable Object invokeChecked(Invoker invoker, @Nullable Object[] arguments)
      throws Exception {
    try {
      return invoker.invoke(arguments);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(
          "The handler threw something that is neither an exception nor an error", e);
    }
  }

  /** The exception a stage failed with. */
  static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
