package dev.parley;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message that could not be handled, as it lies in its dead-letter queue. Immutable, except that
 * nobody copies the body.
 */
public final class DeadLetter {

  private static final String PREFIX = "parley-";
  private static final String ERROR = PREFIX + "error";

  private final byte[] body;
  private final @Nullable String contentType;
  private final @Nullable String messageId;
  private final Map<String, String> headers;

  /** A letter of these parts; made by the engine. */
  public DeadLetter(
      byte[] body,
      @Nullable String contentType,
      @Nullable String messageId,
      Map<String, String> headers) {
    this.body = requireNonNull(body, "body");
    this.contentType = contentType;
    this.messageId = messageId;
    this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** The original body, shared: not to be written to. */
  public byte[] body() {
    return body;
  }

  /** The original content type; empty when the sender gave none. */
  public Optional<String> contentType() {
    return Optional.ofNullable(contentType);
  }

  /** The original message id; empty only for what another maker's client has put there. */
  public Optional<String> messageId() {
    return Optional.ofNullable(messageId);
  }

  /** The original headers, and those that say why it is here; unmodifiable. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The topic's group that could not handle it; empty for a queue. */
  public Optional<String> group() {
    return Optional.ofNullable(headers.get(PREFIX + "group"));
  }

  /** The name of the {@link ErrorCode}; empty when nobody said. */
  public String error() {
    return headers.getOrDefault(ERROR, "");
  }

  /** The type of what the handler threw; empty when nobody said. */
  public String errorType() {
    return headers.getOrDefault(ERROR + "-type", "");
  }

  /** The message of what the handler threw; empty when there was none. */
  public String errorMessage() {
    return headers.getOrDefault(ERROR + "-message", "");
  }

  /** How often it was tried; 0 when nobody said. */
  public int attempts() {
    return (int) Math.min(Integer.MAX_VALUE, number("attempts").orElse(0L));
  }

  /** When it failed for the last time, by the clock of that server; empty when nobody said. */
  public Optional<Instant> failedAt() {
    return number("failed-at").map(Instant::ofEpochMilli);
  }

  /** Whoever can write to the queue can write anything into a header. */
  private Optional<Long> number(String name) {
    String text = headers.getOrDefault(PREFIX + name, "");
    boolean digits =
        !text.isEmpty() && text.length() <= 15 && text.chars().allMatch(DeadLetter::isDigit);
    return digits ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public String toString() {
    return "DeadLetter["
        + (messageId == null ? "without id" : messageId)
        + ", "
        + attempts()
        + " attempts, "
        + error()
        + " "
        + errorType()
        + ": "
        + errorMessage()
        + "]";
  }
}
