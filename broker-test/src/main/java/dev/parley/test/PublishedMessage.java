package dev.parley.test;

import dev.parley.ErrorCode;
import dev.parley.InvalidMessageException;
import dev.parley.TypeRef;
import dev.parley.spi.Address;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import dev.parley.spi.WireReader;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A message as it was sent during a test. Immutable. */
public final class PublishedMessage {

  private final Event.Sent sent;
  private final WireReader reader;

  PublishedMessage(Event.Sent sent, WireReader reader) {
    this.sent = sent;
    this.reader = reader;
  }

  static List<PublishedMessage> all(List<Event.Sent> sent, WireReader reader) {
    return sent.stream().map(each -> new PublishedMessage(each, reader)).toList();
  }

  @SuppressWarnings("unchecked") // read as the type that T stands for
  static <T> List<@Nullable T> bodies(List<PublishedMessage> messages, Type type) {
    return (List<@Nullable T>) messages.stream().map(message -> message.read(type)).toList();
  }

  /** The queue, topic or reply address it was sent to. */
  public String to() {
    return sent.outgoing().to().name();
  }

  /**
   * The body as that type, decoded as a handler's would be but not validated; null when it is JSON
   * {@code null} or nothing.
   *
   * @throws AssertionError if it cannot be read as that type, or is an error reply
   */
  @SuppressWarnings("unchecked") // read as the type that T stands for
  public <T> @Nullable T body(Class<T> type) {
    return (T) read(type);
  }

  /** As {@link #body(Class)} for a type with type arguments. */
  @SuppressWarnings("unchecked") // read as the type that T stands for
  public <T> @Nullable T body(TypeRef<T> type) {
    return (T) read(type.type());
  }

  @Nullable Object read(Type type) {
    if (error().isPresent()) {
      throw new AssertionError("An error reply has no body to be read: " + this);
    }
    try {
      return reader.read(wire(), type);
    } catch (InvalidMessageException | IllegalArgumentException e) {
      throw new AssertionError(
          "This is not a " + type.getTypeName() + ": " + this + "\n" + e.getMessage(), e);
    }
  }

  /** The body as text, shortened to 200 characters; for other than text, what it is instead. */
  public String text() {
    return Text.preview(wire());
  }

  /** The bytes of the body, a copy. */
  public byte[] bytes() {
    return wire().body().clone();
  }

  /** The media type; empty for a body of a handler that returns nothing. */
  public Optional<String> contentType() {
    return Optional.ofNullable(wire().contentType());
  }

  /** The headers the sender chose; unmodifiable. */
  public Map<String, String> headers() {
    Map<String, String> own = new LinkedHashMap<>(wire().headers());
    own.keySet().removeIf(name -> name.startsWith(WireHeaders.PREFIX));
    return Collections.unmodifiableMap(own);
  }

  /** The header of that name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers().get(name));
  }

  /** The key whose messages are handled in order. */
  public Optional<String> key() {
    return Optional.ofNullable(sent.outgoing().key());
  }

  /** The id of the message. */
  public Optional<String> messageId() {
    return Optional.ofNullable(wire().messageId());
  }

  /** The id that ties a reply to its request. */
  public Optional<String> correlationId() {
    return Optional.ofNullable(wire().correlationId());
  }

  /** Where the reply was to go; for a call, a private address. */
  public Optional<String> replyTo() {
    return Optional.ofNullable(wire().replyTo()).map(Address::name);
  }

  /** How long it was to be kept back; zero for not at all. */
  public Duration delay() {
    return sent.outgoing().delay();
  }

  /** How long it was to be kept undelivered; for a call, what was left until its deadline. */
  public Optional<Duration> ttl() {
    return Optional.ofNullable(sent.outgoing().timeToLive());
  }

  /** For an error reply, why the request failed. */
  public Optional<ErrorCode> error() {
    String status = wire().header(WireHeaders.STATUS);
    return Stream.of(ErrorCode.values()).filter(code -> code.name().equals(status)).findFirst();
  }

  WireMessage wire() {
    return sent.message();
  }

  /** Where it went, and the beginning of its body. */
  @Override
  public String toString() {
    return sent.describe();
  }
}
