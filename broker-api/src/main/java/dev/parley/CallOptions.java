package dev.parley;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Optional;
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
  private final @Nullable Duration timeout;
  private final boolean unlimited;
  private final boolean raiseTimeout;

  private CallOptions(
      PublishOptions publish,
      Type replyType,
      @Nullable Duration timeout,
      boolean unlimited,
      boolean raiseTimeout) {
    this.publish = publish;
    this.replyType = requireNonNull(replyType, "replyType");
    this.timeout = timeout;
    this.unlimited = unlimited;
    this.raiseTimeout = raiseTimeout;
  }

  static <R> CallOptions<R> of(PublishOptions publish, Type replyType) {
    return new CallOptions<>(publish, replyType, publish.timeout().orElse(null), false, false);
  }

  /**
   * One deadline for the whole call: connecting, confirming, queueing, handling, returning.
   * Default: {@code call.timeout} (30 seconds).
   */
  public CallOptions<R> timeout(Duration limit) {
    return new CallOptions<>(
        publish, replyType, PublishOptions.requirePositive(limit, "timeout"), false, raiseTimeout);
  }

  /**
   * Waits as long as it takes; only the request's confirmation keeps the limit {@code
   * publish.timeout}.
   */
  public CallOptions<R> noTimeout() {
    return new CallOptions<>(publish, replyType, null, true, raiseTimeout);
  }

  /** Throws {@link CallTimeoutException} at the deadline. Default: publish returns null then. */
  public CallOptions<R> raiseTimeout() {
    return new CallOptions<>(publish, replyType, timeout, unlimited, true);
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
    return Optional.ofNullable(timeout);
  }

  /** Whether the call waits as long as it takes. */
  public boolean isUnlimited() {
    return unlimited;
  }

  /** Whether the deadline throws. */
  public boolean raisesTimeout() {
    return raiseTimeout;
  }

  @Override
  public String toString() {
    return "call to " + publish;
  }
}
