package dev.parley;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a {@linkplain Broker#client typed client} calls: {@code timeout(ofSeconds(2))}. Immutable;
 * each method returns a changed copy.
 */
public final class ClientOptions {

  private static final ClientOptions DEFAULTS = new ClientOptions(null, false, "", false);

  private final @Nullable Duration timeout;
  private final boolean unlimited;
  private final String prefix;
  private final boolean requireHandler;

  private ClientOptions(
      @Nullable Duration timeout, boolean unlimited, String prefix, boolean requireHandler) {
    this.timeout = timeout;
    this.unlimited = unlimited;
    this.prefix = prefix;
    this.requireHandler = requireHandler;
  }

  /** Everything by default. */
  public static ClientOptions defaults() {
    return DEFAULTS;
  }

  /**
   * A limit for each call of the client; {@link Timeout} says another one for a method or a call.
   * Default: the setting {@code call.timeout} (30 seconds), for a stream none.
   */
  public static ClientOptions timeout(Duration limit) {
    return new ClientOptions(PublishOptions.requirePositive(limit, "timeout"), false, "", false);
  }

  /** Calls wait as long as it takes. */
  public ClientOptions noTimeout() {
    return new ClientOptions(null, true, prefix, requireHandler);
  }

  /**
   * What all names of queues and topics begin with, as in {@link Handlers#group}. Default: nothing.
   */
  public ClientOptions prefix(String namesBeginWith) {
    return new ClientOptions(
        timeout, unlimited, requireNonNull(namesBeginWith, "prefix"), requireHandler);
  }

  /** Calls fail with {@link NoHandlerException} when no consumer is there at this moment. */
  public ClientOptions requireHandler() {
    return new ClientOptions(timeout, unlimited, prefix, true);
  }

  /** The limit, if one was given. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** Whether calls wait as long as it takes. */
  public boolean isUnlimited() {
    return unlimited;
  }

  /** What all names begin with. */
  public String prefix() {
    return prefix;
  }

  /** Whether a live consumer was asked for. */
  public boolean requiresHandler() {
    return requireHandler;
  }
}
