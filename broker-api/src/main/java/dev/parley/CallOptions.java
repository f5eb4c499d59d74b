package dev.parley;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A publish that waits for its reply: {@code
 * to("orders").callback(Receipt.class).timeout(ofSeconds(3)).raiseTimeout()}. Immutable; each
 * method returns a changed copy.
 *
 * @param <R> the type of the reply
 */
public final class CallOptions<R> {

  private final PublishOptions publish;
  private final Type replyType;
  private final Limits limits;
  private final Flow.@Nullable Publisher<?> sending;

  /** All limits; a mutable copy is made for each change. */
  private static final class Limits implements Cloneable {
    private @Nullable Duration timeout;
    private @Nullable Duration idleTimeout;
    private @Nullable Integer credit;
    private boolean unlimited;
    private boolean raiseTimeout;

    private Limits copy() {
      try {
        return (Limits) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e); // it is Cloneable
      }
    }
  }

  private CallOptions(
      PublishOptions publish, Type replyType, Limits limits, Flow.@Nullable Publisher<?> sending) {
    this.publish = publish;
    this.replyType = requireNonNull(replyType, "replyType");
    this.limits = limits;
    this.sending = sending;
  }

  static <R> CallOptions<R> of(PublishOptions publish, Type replyType) {
    Limits limits = new Limits();
    limits.timeout = publish.timeout().orElse(null);
    return new CallOptions<>(publish, replyType, limits, null);
  }

  private CallOptions<R> with(Limits changed) {
    return new CallOptions<>(publish, replyType, changed, sending);
  }

  /**
   * One deadline for the whole call: connecting, confirming, queueing, handling, returning; for a
   * stream to its end. Default: {@code call.timeout} (30 seconds), for a stream none.
   */
  public CallOptions<R> timeout(Duration limit) {
    Limits changed = limits.copy();
    changed.timeout = PublishOptions.requirePositive(limit, "timeout");
    changed.unlimited = false;
    return with(changed);
  }

  /**
   * Waits as long as it takes; only the request's confirmation keeps the limit {@code
   * publish.timeout}.
   */
  public CallOptions<R> noTimeout() {
    Limits changed = limits.copy();
    changed.timeout = null;
    changed.unlimited = true;
    return with(changed);
  }

  /** Throws {@link CallTimeoutException} at the deadline. Default: publish returns null then. */
  public CallOptions<R> raiseTimeout() {
    Limits changed = limits.copy();
    changed.raiseTimeout = true;
    return with(changed);
  }

  /**
   * How long a stream may take to its next item, while the caller waits for one. Default: the
   * setting {@code stream.idle-timeout} (30 seconds).
   */
  public CallOptions<R> idleTimeout(Duration betweenItems) {
    Limits changed = limits.copy();
    changed.idleTimeout = PublishOptions.requirePositive(betweenItems, "idleTimeout");
    return with(changed);
  }

  /**
   * How many items of a stream the server may send ahead of the caller. Default: the setting {@code
   * stream.credit} (256).
   */
  public CallOptions<R> credit(int items) {
    if (items < 1) {
      throw new IllegalArgumentException("credit must be 1 or more, was " + items);
    }
    Limits changed = limits.copy();
    changed.credit = items;
    return with(changed);
  }

  /**
   * Items of the caller's, for a handler that takes a stream: they are requested as the server
   * takes them. For {@link Broker#stream} and {@link Broker#streamAsync} only.
   */
  public CallOptions<R> sending(Flow.Publisher<?> items) {
    return new CallOptions<>(publish, replyType, limits, requireNonNull(items, "items"));
  }

  /** Where the request goes and how. */
  public PublishOptions publishOptions() {
    return publish;
  }

  /** The type of the reply, type arguments included. */
  public Type replyType() {
    return replyType;
  }

  /** The limit, if one was given. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(limits.timeout);
  }

  /** The limit between items, if one was given. */
  public Optional<Duration> idleTimeout() {
    return Optional.ofNullable(limits.idleTimeout);
  }

  /** The credit, if one was given. */
  public OptionalInt credit() {
    return limits.credit == null ? OptionalInt.empty() : OptionalInt.of(limits.credit);
  }

  /** The caller's items, if there are any. */
  public Optional<Flow.Publisher<?>> sending() {
    return Optional.ofNullable(sending);
  }

  /** Whether the call waits as long as it takes. */
  public boolean isUnlimited() {
    return limits.unlimited;
  }

  /** Whether the deadline throws. */
  public boolean raisesTimeout() {
    return limits.raiseTimeout;
  }

  @Override
  public String toString() {
    return "call to " + publish;
  }
}
