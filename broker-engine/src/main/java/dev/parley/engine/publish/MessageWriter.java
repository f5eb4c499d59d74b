package dev.parley.engine.publish;

import dev.parley.Message;
import dev.parley.PublishFailedException;
import dev.parley.PublishOptions;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.codec.Encoded;
import dev.parley.engine.codec.KeyExtractor;
import dev.parley.engine.runtime.Ids;
import dev.parley.engine.wire.HeaderRules;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.Transport;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a user publishes into what a transport sends. Stateless but for its parts; any thread
 * may call it.
 */
final class MessageWriter {

  private static final Encoded NATIVE = Encoded.nothing();

  private final Codecs codecs;
  private final Ids ids;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final int maxBytes;
  private final long silenceMillis;
  private final Set<Class<?>> nativeTypes;

  MessageWriter(
      Codecs codecs,
      Ids ids,
      Scheduler scheduler,
      InstantSource clock,
      int maxBytes,
      Transport transport,
      Duration heartbeat) {
    this.silenceMillis = heartbeat.multipliedBy(3).toMillis();
    this.codecs = codecs;
    this.ids = ids;
    this.scheduler = scheduler;
    this.clock = clock;
    this.maxBytes = maxBytes;
    this.nativeTypes = transport.nativeOutgoingTypes();
  }

  /**
   * The one form of all that can be published: headers, key and id of the options and of the
   * message together.
   */
  Message<?> normalise(@Nullable Object published, PublishOptions options) {
    Message<?> message = published instanceof Message<?> given ? given : Message.of(published);
    if (message != published && options.headers().isEmpty()) {
      return identified(
          message, options.key().orElse(null), options.messageId().orElse(null), options);
    }
    Map<String, String> headers = new LinkedHashMap<>(HeaderRules.of(message, options));
    HeaderRules.check(options.headers(), options);
    headers.putAll(options.headers());
    Message<?> result = Message.of(message.body());
    for (Map.Entry<String, String> header : headers.entrySet()) {
      result = result.header(header.getKey(), header.getValue());
    }
    String key = options.key().or(message::key).orElse(null);
    String id = options.messageId().or(message::messageId).orElse(null);
    return identified(result, key, id, options);
  }

  private static Message<?> identified(
      Message<?> message, @Nullable String key, @Nullable String id, PublishOptions options) {
    Message<?> result = message;
    if (key != null) {
      HeaderRules.checkText("key", key, options);
      result = result.key(key);
    }
    if (id != null) {
      HeaderRules.checkText("message id", id, options);
      result = result.messageId(id);
    }
    return result;
  }

  /** A message with headers of ours, which no user and no interceptor may set. */
  static Message<?> with(Map<String, String> ours, Message<?> message) {
    Message<?> result = message;
    for (Map.Entry<String, String> header : ours.entrySet()) {
      result = result.header(header.getKey(), header.getValue());
    }
    return result;
  }

  /** A message nobody waits for, or whose reply goes to a handler. */
  Outgoing write(Message<?> message, PublishOptions options, long deadlineNanos) {
    Map<String, String> headers = new HashMap<>(message.headers());
    Address replyTo = options.replyTo().map(Address::reply).orElse(null);
    return outgoing(
        message, options, headers, null, replyTo, deadlineNanos, options.ttl().orElse(null), true);
  }

  /** A request with a call that waits. */
  Outgoing writeRequest(
      Message<?> message,
      PublishOptions options,
      PendingCall call,
      Address replyTo,
      long sendDeadlineNanos) {
    Map<String, String> headers = new HashMap<>(message.headers());
    Duration ttl = options.ttl().orElse(null);
    boolean asksForSigns = true; // unless the call is over before their absence tells anything
    if (call.hasDeadline()) {
      long leftMillis = Math.max(1, (call.deadlineNanos - scheduler.nanoTime()) / 1_000_000);
      headers.put(WireHeaders.TIMEOUT, Long.toString(leftMillis));
      headers.put(WireHeaders.DEADLINE, Long.toString(clock.millis() + leftMillis));
      ttl = ttl == null || ttl.toMillis() > leftMillis ? Duration.ofMillis(leftMillis) : ttl;
      asksForSigns = leftMillis > silenceMillis;
    }
    if (call.frames == null && asksForSigns) {
      headers.put(WireHeaders.SIGNAL, ReplyCorrelator.SIGN);
    }
    return outgoing(
        message,
        options,
        headers,
        call.correlationId,
        replyTo,
        sendDeadlineNanos,
        ttl,
        !call.hasDeadline());
  }

  private Outgoing outgoing(
      Message<?> message,
      PublishOptions options,
      Map<String, String> headers,
      @Nullable String correlationId,
      @Nullable Address replyTo,
      long deadlineNanos,
      @Nullable Duration ttl,
      boolean persistent) {
    Object body = message.body();
    Object nativeMessage = body != null && isNative(body.getClass()) ? body : null;
    Encoded encoded = nativeMessage == null ? encode(body, options) : NATIVE;
    headers.put(WireHeaders.SENT, Long.toString(clock.millis()));
    WireMessage wire =
        new WireMessage(
            encoded.body(),
            encoded.contentType(),
            message.messageId().orElseGet(ids::next),
            correlationId,
            replyTo,
            headers);
    return new Outgoing(
        options.isTopic() ? Address.topic(options.name()) : Address.queue(options.name()),
        wire,
        deadlineNanos,
        persistent,
        message.key().orElseGet(() -> KeyExtractor.keyOf(body)),
        ttl,
        options.delay().orElse(Duration.ZERO),
        options.transportOptions(),
        nativeMessage,
        null);
  }

  private boolean isNative(Class<?> type) {
    for (Class<?> candidate : nativeTypes) {
      if (candidate.isAssignableFrom(type)) {
        return true;
      }
    }
    return false;
  }

  private Encoded encode(@Nullable Object body, PublishOptions options) {
    Encoded encoded = codecs.encode(body, options.contentType().orElse(null));
    if (encoded.body().length > maxBytes) {
      throw new PublishFailedException(
          "The body of the message to "
              + options
              + " has "
              + encoded.body().length
              + " bytes, the setting message.max-bytes allows "
              + maxBytes,
          false,
          null);
    }
    return encoded;
  }
}
