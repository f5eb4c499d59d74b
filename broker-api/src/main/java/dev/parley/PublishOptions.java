package dev.parley;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a message goes and how: {@code to("orders").key("42").ttl(ofMinutes(5))}. Immutable; each
 * method returns a changed copy, so a constant of it can be shared.
 */
public final class PublishOptions {

  private final Parts parts;

  /** All parts; a mutable copy is made for each change. */
  private static final class Parts implements Cloneable {
    private final String name;
    private final boolean topic;
    private Map<String, String> headers = Map.of();
    private List<Object> with = List.of();
    private @Nullable String key;
    private @Nullable String messageId;
    private @Nullable String replyTo;
    private @Nullable String contentType;
    private @Nullable Duration ttl;
    private @Nullable Duration delay;
    private @Nullable Duration timeout;
    private boolean requireHandler;

    private Parts(String name, boolean topic) {
      this.name = name;
      this.topic = topic;
    }

    private Parts copy() {
      try {
        return (Parts) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e); // it is Cloneable
      }
    }
  }

  private PublishOptions(Parts parts) {
    this.parts = parts;
  }

  /** To a queue: one of its consumers gets the message. */
  public static PublishOptions to(String queue) {
    return new PublishOptions(new Parts(requireName(queue, "queue"), false));
  }

  /** To a topic: each of its groups gets a copy. */
  public static PublishOptions toTopic(String topic) {
    return new PublishOptions(new Parts(requireName(topic, "topic"), true));
  }

  /**
   * Makes it a call: publish waits for the reply and returns it as that type.
   *
   * @throws IllegalStateException with {@link #replyTo}: a reply goes to one place
   */
  public <R> CallOptions<R> callback(Class<R> replyType) {
    return call(requireNonNull(replyType, "replyType"));
  }

  /** As {@link #callback(Class)} for a type with type arguments. */
  public <R> CallOptions<R> callback(TypeRef<R> replyType) {
    return call(replyType.type());
  }

  private <R> CallOptions<R> call(Type replyType) {
    if (parts.replyTo != null) {
      throw new IllegalStateException(
          "callback and replyTo(\""
              + parts.replyTo
              + "\") exclude each other for "
              + this
              + ": the reply goes to the caller or to a handler");
    }
    return CallOptions.of(this, replyType);
  }

  /** The reply goes to this queue, for the handler registered there. */
  public PublishOptions replyTo(String queue) {
    Parts copy = parts.copy();
    copy.replyTo = requireName(queue, "replyTo");
    return new PublishOptions(copy);
  }

  /**
   * Messages of one key are handled in order within an instance. Default: what {@link Key} marks in
   * the body, else none.
   */
  public PublishOptions key(String key) {
    Parts copy = parts.copy();
    copy.key = requireNonNull(key, "key");
    return new PublishOptions(copy);
  }

  /**
   * How long the broker keeps it undelivered. Default: for ever, or for a call until its deadline.
   */
  public PublishOptions ttl(Duration timeToLive) {
    Parts copy = parts.copy();
    copy.ttl = requirePositive(timeToLive, "ttl");
    return new PublishOptions(copy);
  }

  /** How long the broker keeps it back before it is delivered. Default: not at all. */
  public PublishOptions delay(Duration delay) {
    Parts copy = parts.copy();
    copy.delay = requirePositive(delay, "delay");
    return new PublishOptions(copy);
  }

  /** An id of the sender's choice. Default: 128 random bits. */
  public PublishOptions messageId(String id) {
    Parts copy = parts.copy();
    copy.messageId = requireName(id, "messageId");
    return new PublishOptions(copy);
  }

  /**
   * One header more; the names of standard properties and those that begin with {@code parley-} are
   * refused at publish.
   */
  public PublishOptions header(String name, String value) {
    Parts copy = parts.copy();
    Map<String, String> more = new LinkedHashMap<>(parts.headers);
    more.put(requireName(name, "header"), requireNonNull(value, "value"));
    copy.headers = Collections.unmodifiableMap(more);
    return new PublishOptions(copy);
  }

  /** The media type, which chooses the codec. Default: by the type of the body. */
  public PublishOptions contentType(String mediaType) {
    Parts copy = parts.copy();
    copy.contentType = requireName(mediaType, "contentType");
    return new PublishOptions(copy);
  }

  /**
   * How long publish waits for the broker's confirmation. Default: the setting {@code
   * publish.timeout} (30 seconds).
   */
  public PublishOptions timeout(Duration timeout) {
    Parts copy = parts.copy();
    copy.timeout = requirePositive(timeout, "timeout");
    return new PublishOptions(copy);
  }

  /**
   * Fails with {@link NoHandlerException} when no consumer is there at this moment, not only when
   * nobody has ever declared the queue.
   */
  public PublishOptions requireHandler() {
    Parts copy = parts.copy();
    copy.requireHandler = true;
    return new PublishOptions(copy);
  }

  /** An option of one transport's own module; another transport ignores it, with one warning. */
  public PublishOptions with(Object transportOption) {
    Parts copy = parts.copy();
    List<Object> more = new ArrayList<>(parts.with);
    more.add(requireNonNull(transportOption, "transportOption"));
    copy.with = Collections.unmodifiableList(more);
    return new PublishOptions(copy);
  }

  /** The queue or topic. */
  public String name() {
    return parts.name;
  }

  /** Whether it is a topic. */
  public boolean isTopic() {
    return parts.topic;
  }

  /** The headers; unmodifiable. */
  public Map<String, String> headers() {
    return parts.headers;
  }

  /** The options of a transport's own; unmodifiable. */
  public List<Object> transportOptions() {
    return parts.with;
  }

  /** The key, if one was named. */
  public Optional<String> key() {
    return Optional.ofNullable(parts.key);
  }

  /** The id, if one was chosen. */
  public Optional<String> messageId() {
    return Optional.ofNullable(parts.messageId);
  }

  /** The queue for the reply, if one was named. */
  public Optional<String> replyTo() {
    return Optional.ofNullable(parts.replyTo);
  }

  /** The media type, if one was named. */
  public Optional<String> contentType() {
    return Optional.ofNullable(parts.contentType);
  }

  /** The time to live, if one was given. */
  public Optional<Duration> ttl() {
    return Optional.ofNullable(parts.ttl);
  }

  /** The delay, if one was given. */
  public Optional<Duration> delay() {
    return Optional.ofNullable(parts.delay);
  }

  /** The limit for the confirmation, if one was given. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(parts.timeout);
  }

  /** Whether a live consumer was asked for. */
  public boolean requiresHandler() {
    return parts.requireHandler;
  }

  @Override
  public String toString() {
    return (parts.topic ? "topic \"" : "queue \"") + parts.name + "\"";
  }

  static String requireName(String name, String what) {
    if (requireNonNull(name, what).isBlank()) {
      throw new IllegalArgumentException(what + " must not be empty");
    }
    return name;
  }

  static Duration requirePositive(Duration duration, String what) {
    if (requireNonNull(duration, what).isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(what + " must be more than zero, was " + duration);
    }
    return duration;
  }
}
