package dev.parley;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A body with its headers and ids: what a handler takes to see more than the body, what it returns
 * to say more than a value, and what publish accepts in place of a plain body. Immutable.
 *
 * @param <T> the type of the body
 */
public final class Message<T> {

  /** What only a received message has; made by the engine. */
  public interface Receipt {

    /** The queue or topic it was received from. */
    String queue();

    /** Which attempt this is, from 1. */
    int attempt();

    /**
     * How long the caller still waits, zero when it no longer does; null when no deadline is known.
     */
    @Nullable Duration timeLeft();

    /**
     * How long the message has been under way, as far as the broker lets that be known; null where
     * it does not.
     */
    @Nullable Duration age();
  }

  private final @Nullable T body;
  private final Map<String, String> headers;
  private final @Nullable String messageId;
  private final @Nullable String correlationId;
  private final @Nullable String replyTo;
  private final @Nullable String key;
  private final @Nullable Receipt receipt;

  private Message(
      @Nullable T body,
      Map<String, String> headers,
      @Nullable String messageId,
      @Nullable String correlationId,
      @Nullable String replyTo,
      @Nullable String key,
      @Nullable Receipt receipt) {
    this.body = body;
    this.headers = headers;
    this.messageId = messageId;
    this.correlationId = correlationId;
    this.replyTo = replyTo;
    this.key = key;
    this.receipt = receipt;
  }

  /** A message to send, with that body; {@code null} travels as JSON {@code null}. */
  public static <T> Message<T> of(@Nullable T body) {
    return new Message<>(body, Map.of(), null, null, null, null, null);
  }

  /** A received message; made by the engine, and by tests of handlers. */
  public static <T> Message<T> received(
      @Nullable T body,
      Map<String, String> headers,
      @Nullable String messageId,
      @Nullable String correlationId,
      @Nullable String replyTo,
      @Nullable String key,
      Receipt receipt) {
    return new Message<>(
        body, headers, messageId, correlationId, replyTo, key, requireNonNull(receipt, "receipt"));
  }

  /** This message with another body. */
  public <U> Message<U> withBody(@Nullable U newBody) {
    return new Message<>(newBody, headers, messageId, correlationId, replyTo, key, receipt);
  }

  /**
   * This message with one header more; the names of standard properties and those that begin with
   * {@code parley-} are refused at publish.
   */
  public Message<T> header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
    return new Message<>(
        body, Collections.unmodifiableMap(more), messageId, correlationId, replyTo, key, receipt);
  }

  /** This message with an id of the sender's choice. Default: 128 random bits. */
  public Message<T> messageId(String id) {
    return new Message<>(
        body, headers, requireNonNull(id, "id"), correlationId, replyTo, key, receipt);
  }

  /** This message with a key. */
  public Message<T> key(String newKey) {
    return new Message<>(
        body, headers, messageId, correlationId, replyTo, requireNonNull(newKey, "key"), receipt);
  }

  /** The body; null when it is JSON {@code null} or nothing. */
  public @Nullable T body() {
    return body;
  }

  /** The headers, standard properties not among them; unmodifiable. */
  public Map<String, String> headers() {
    return Collections.unmodifiableMap(headers);
  }

  /** The header of that name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The id of the message, kept through retry and dead letter. */
  public Optional<String> messageId() {
    return Optional.ofNullable(messageId);
  }

  /** The id that ties a reply to its request. */
  public Optional<String> correlationId() {
    return Optional.ofNullable(correlationId);
  }

  /** Where the return value goes; empty when nobody waits for one. */
  public Optional<String> replyTo() {
    return Optional.ofNullable(replyTo);
  }

  /** The key whose messages are handled in order. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  /** The queue or topic it was received from; empty for a message to send. */
  public String queue() {
    return receipt == null ? "" : receipt.queue();
  }

  /** Which attempt this is, from 1; 1 for a message to send. */
  public int attempt() {
    return receipt == null ? 1 : receipt.attempt();
  }

  /**
   * How long the caller still waits, zero when it no longer does; empty when it waits without a
   * limit or nobody waits.
   */
  public Optional<Duration> timeLeft() {
    return receipt == null ? Optional.empty() : Optional.ofNullable(receipt.timeLeft());
  }

  /**
   * When the caller stops waiting, by this machine's clock; empty when it waits without a limit or
   * nobody waits.
   */
  public Optional<Instant> deadline() {
    return timeLeft().map(left -> Instant.now().plus(left));
  }

  /** How long the message has been under way, as far as the broker lets that be known. */
  public Optional<Duration> age() {
    return receipt == null ? Optional.empty() : Optional.ofNullable(receipt.age());
  }

  @Override
  public String toString() {
    return "Message["
        + (queue().isEmpty() ? "" : queue() + ", ")
        + "id="
        + messageId
        + ", headers="
        + headers.keySet()
        + "]";
  }
}
