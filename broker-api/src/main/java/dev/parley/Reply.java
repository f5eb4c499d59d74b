package dev.parley;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request, a value or an error, with its headers and where the time went.
 * Immutable.
 *
 * @param <T> the type of the value
 */
public final class Reply<T> {

  private final @Nullable T value;
  private final @Nullable RuntimeException error;
  private final Map<String, String> headers;
  private final @Nullable String correlationId;
  private final @Nullable String server;
  private final Timings timings;

  /**
   * Where the time of a call went.
   *
   * @param queued how long the request waited before its handler, as far as the server can know;
   *     null from a foreign server
   * @param handled how long the handler took; null from a foreign server
   * @param total from publish to reply as the caller saw it; null for a reply received by a handler
   */
  public record Timings(
      @Nullable Duration queued, @Nullable Duration handled, @Nullable Duration total) {}

  private Reply(
      @Nullable T value,
      @Nullable RuntimeException error,
      Map<String, String> headers,
      @Nullable String correlationId,
      @Nullable String server,
      Timings timings) {
    this.value = value;
    this.error = error;
    this.headers = Collections.unmodifiableMap(headers);
    this.correlationId = correlationId;
    this.server = server;
    this.timings = requireNonNull(timings, "timings");
  }

  /** A value for the caller, where a handler's method returns a reply. */
  public static <T> Reply<T> of(@Nullable T value) {
    return new Reply<>(value, null, Map.of(), null, null, new Timings(null, null, null));
  }

  /** A plain success; made by the engine, and by tests of handlers. */
  public static <T> Reply<T> success(
      @Nullable T value,
      Map<String, String> headers,
      @Nullable String correlationId,
      @Nullable String server,
      Timings timings) {
    return new Reply<>(value, null, headers, correlationId, server, timings);
  }

  /** A failure; made by the engine, and by tests of handlers. */
  public static <T> Reply<T> failure(
      RuntimeException error,
      Map<String, String> headers,
      @Nullable String correlationId,
      @Nullable String server,
      Timings timings) {
    return new Reply<>(
        null, requireNonNull(error, "error"), headers, correlationId, server, timings);
  }

  /**
   * The value; throws the error when there is one. Null when the handler returned null or nothing.
   */
  public @Nullable T value() {
    if (error != null) {
      throw error;
    }
    return value;
  }

  /** Whether it is an error. */
  public boolean isError() {
    return error != null;
  }

  /**
   * The error: a {@link BrokerException}, or the exception registered under the name the server
   * sent.
   */
  public Optional<RuntimeException> error() {
    return Optional.ofNullable(error);
  }

  /** The headers of the reply; unmodifiable. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The correlation id of the request. */
  public Optional<String> correlationId() {
    return Optional.ofNullable(correlationId);
  }

  /** The name of the instance that served it; empty from a foreign server. */
  public Optional<String> server() {
    return Optional.ofNullable(server);
  }

  /** How long the request waited before its handler, as far as the server can know. */
  public Optional<Duration> queued() {
    return Optional.ofNullable(timings.queued());
  }

  /** How long the handler took. */
  public Optional<Duration> handled() {
    return Optional.ofNullable(timings.handled());
  }

  /** From publish to reply as the caller saw it; empty for a reply that a handler receives. */
  public Optional<Duration> total() {
    return Optional.ofNullable(timings.total());
  }

  @Override
  public String toString() {
    return "Reply[" + (error == null ? "value" : "error " + error) + ", server=" + server + "]";
  }
}
