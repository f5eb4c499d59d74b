package dev.parley.conformance;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as another maker's client sends and sees it: the standard properties of the broker, and
 * headers. Immutable, except that nobody copies the body.
 */
public final class RawMessage {

  private final byte[] body;
  private final Map<String, @Nullable Object> headers;
  private final Map<Property, String> properties;

  /** The standard properties, each in its standard place on the wire. */
  public enum Property {
    /** The media type of the body. */
    CONTENT_TYPE,
    /** What a reply echoes. */
    CORRELATION_ID,
    /** Where a reply goes. */
    REPLY_TO,
    /** The id of the message. */
    MESSAGE_ID
  }

  private RawMessage(
      byte[] body, Map<String, @Nullable Object> headers, Map<Property, String> properties) {
    this.body = body;
    this.headers = headers;
    this.properties = properties;
  }

  /** A body and nothing else. */
  public static RawMessage of(byte[] body) {
    return new RawMessage(body, Map.of(), Map.of());
  }

  /** A body in UTF-8 and nothing else. */
  public static RawMessage of(String body) {
    return of(body.getBytes(StandardCharsets.UTF_8));
  }

  /** A body in UTF-8 that says it is JSON. */
  public static RawMessage json(String body) {
    return of(body).with(Property.CONTENT_TYPE, "application/json");
  }

  /** This message with one property; null leaves it as it is. */
  public RawMessage with(Property property, @Nullable String value) {
    if (value == null) {
      return this;
    }
    Map<Property, String> more = new LinkedHashMap<>(properties);
    more.put(property, value);
    return new RawMessage(body, headers, Collections.unmodifiableMap(more));
  }

  /**
   * This message with one header more; values that the wire cannot carry are sent as text, and so
   * is none at all.
   */
  public RawMessage header(String name, @Nullable Object value) {
    Map<String, @Nullable Object> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new RawMessage(body, Collections.unmodifiableMap(more), properties);
  }

  /** The body, shared: not to be written to. */
  public byte[] body() {
    return body;
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The value of a property; null when it is absent. */
  public @Nullable String property(Property property) {
    return properties.get(property);
  }

  /** The value of a property; fails when it is absent. */
  public String require(Property property) {
    return requireNonNull(properties.get(property), () -> property + " is absent in " + this);
  }

  /** All headers that are not standard properties; unmodifiable. */
  public Map<String, @Nullable Object> headers() {
    return headers;
  }

  /** The text of a header; null when it is absent. */
  public @Nullable String header(String name) {
    Object value = headers.get(name);
    return value == null ? null : value.toString();
  }

  @Override
  public String toString() {
    return "RawMessage[" + text() + ", " + properties + ", " + headers + "]";
  }
}
