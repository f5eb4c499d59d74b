package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as the wire has it: a body, the standard properties, and headers.
 *
 * <p>Immutable as long as nobody writes into the body or the map; both are shared, never copied, so
 * nobody may.
 */
public final class WireMessage {

  private final byte[] body;
  private final @Nullable String contentType;
  private final @Nullable String messageId;
  private final @Nullable String correlationId;
  private final @Nullable Address replyTo;
  private final Map<String, String> headers;

  /** A message of these parts; what is null is absent on the wire. */
  public WireMessage(
      byte[] body,
      @Nullable String contentType,
      @Nullable String messageId,
      @Nullable String correlationId,
      @Nullable Address replyTo,
      Map<String, String> headers) {
    this.body = requireNonNull(body, "body");
    this.contentType = contentType;
    this.messageId = messageId;
    this.correlationId = correlationId;
    this.replyTo = replyTo;
    this.headers = requireNonNull(headers, "headers");
  }

  /** The body, shared: not to be written to. */
  public byte[] body() {
    return body;
  }

  /** The media type of the body; null when the sender gave none. */
  public @Nullable String contentType() {
    return contentType;
  }

  /**
   * The id the sender gave this message, kept through retry and dead letter; null from a foreign
   * sender.
   */
  public @Nullable String messageId() {
    return messageId;
  }

  /** What a reply must echo; null when the sender gave none. */
  public @Nullable String correlationId() {
    return correlationId;
  }

  /** Where a reply goes; null when none is wanted. */
  public @Nullable Address replyTo() {
    return replyTo;
  }

  /**
   * The headers that are not standard properties, those of {@link WireHeaders} among them; not to
   * be written to.
   */
  public Map<String, String> headers() {
    return headers;
  }

  /** The header of that name; null when absent. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** This message with other headers. */
  public WireMessage withHeaders(Map<String, String> newHeaders) {
    return new WireMessage(body, contentType, messageId, correlationId, replyTo, newHeaders);
  }
}
