package dev.parley.engine.handle;

import dev.parley.Message;
import dev.parley.ReplyUnreadableException;
import dev.parley.engine.codec.Encoded;
import dev.parley.engine.codec.KeyExtractor;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.engine.wire.HeaderRules;
import dev.parley.engine.wire.ProblemDocument;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Source;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a handled delivery sends: replies, error replies, {@code @PublishTo} messages and
 * dead letters. Any thread may call it.
 */
final class OutputWriter {

  private final HandlerParts parts;
  private final HandlerSpec spec;

  OutputWriter(HandlerParts parts, HandlerSpec spec) {
    this.parts = parts;
    this.spec = spec;
  }

  /**
   * The reply that carries a handler's result; throws {@link ReplyUnreadableException} when it
   * cannot be written.
   */
  Output reply(Delivery request, Address replyTo, @Nullable Object result, Timing timing) {
    Map<String, String> headers = headers(timing);
    Object body = result;
    try {
      if (result instanceof Message<?> message) {
        headers = new HashMap<>(headers);
        headers.putAll(HeaderRules.of(message, "the caller"));
        body = message.body();
      }
      return new Output(
          Output.Kind.REPLY,
          reply(request, replyTo, encode(body), headers, timing.deadlineNanos()));
    } catch (RuntimeException | Error e) { // a result nested without end is a StackOverflowError
      throw new ReplyUnreadableException(
          "The reply of " + spec.where() + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Who replies, and where the time went. */
  private Map<String, String> headers(Timing timing) {
    Map<String, String> headers = timing.headers(parts.server());
    if (spec.source().kind() != Source.Kind.GROUP) {
      return headers;
    }
    Map<String, String> withGroup = new HashMap<>(headers);
    withGroup.put(WireHeaders.GROUP, String.valueOf(spec.source().group()));
    return withGroup;
  }

  /** What a handler's result is on the wire; a handler that returns nothing replies nothing. */
  private Encoded encode(@Nullable Object body) {
    if (spec.signature().returnsNothing()) {
      return Encoded.nothing();
    }
    Encoded encoded = parts.codecs().encode(spec.signature().sendable().apply(body), null);
    if (encoded.body().length > parts.maxBytes()) {
      throw new IllegalArgumentException(
          "it has "
              + encoded.body().length
              + " bytes, the setting message.max-bytes allows "
              + parts.maxBytes());
    }
    return encoded;
  }

  /** Tells a caller that its request is being handled. */
  Outgoing sign(Delivery request, Address replyTo, long deadlineNanos) {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.SERVER, parts.server());
    headers.put(WireHeaders.SIGNAL, "PING");
    return reply(request, replyTo, Encoded.nothing(), headers, deadlineNanos);
  }

  /** A frame of a stream that tells what a reply would. */
  static Output firstFrame(Outgoing frame) {
    return new Output(Output.Kind.FIRST_FRAME, frame);
  }

  /** The reply that tells of a failure. */
  Output errorReply(Delivery request, Address replyTo, ErrorReport report, Timing timing) {
    Map<String, String> headers = new HashMap<>(headers(timing));
    headers.put(WireHeaders.STATUS, report.code().name());
    Encoded body = new Encoded(ProblemDocument.write(report), ProblemDocument.CONTENT_TYPE);
    return new Output(
        Output.Kind.ERROR_REPLY, reply(request, replyTo, body, headers, timing.deadlineNanos()));
  }

  private Outgoing reply(
      Delivery request,
      Address replyTo,
      Encoded body,
      Map<String, String> headers,
      long callerDeadline) {
    boolean limited = callerDeadline != Long.MAX_VALUE;
    WireMessage wire =
        new WireMessage(
            body.body(),
            body.contentType(),
            parts.ids().next(),
            request.message().correlationId(),
            null,
            headers);
    Duration ttl =
        limited
            ? Duration.ofNanos(Math.max(1_000_000, callerDeadline - parts.timer().nanoTime()))
            : null;
    return new Outgoing(
        replyTo,
        wire,
        sendDeadline(),
        !limited,
        request.key(),
        ttl,
        Duration.ZERO,
        List.of(),
        null,
        request);
  }

  /** A message for a {@code @PublishTo} target. */
  Output publishTo(Address target, Object result) {
    Message<?> message = result instanceof Message<?> given ? given : Message.of(result);
    Encoded body = parts.codecs().encode(spec.signature().sendable().apply(message.body()), null);
    Map<String, String> headers = new HashMap<>(HeaderRules.of(message, target));
    headers.put(WireHeaders.SENT, Long.toString(parts.clock().millis()));
    WireMessage wire =
        new WireMessage(
            body.body(),
            body.contentType(),
            message.messageId().orElseGet(parts.ids()::next),
            null,
            null,
            headers);
    String key = message.key().orElseGet(() -> KeyExtractor.keyOf(message.body()));
    return new Output(
        Output.Kind.PUBLISH_TO,
        new Outgoing(
            target, wire, sendDeadline(), true, key, null, Duration.ZERO, List.of(), null, null));
  }

  /**
   * The message with its original body and headers, and what went wrong; without its time limits,
   * which are no longer anybody's.
   */
  Output deadLetter(Delivery delivery, ErrorReport report) {
    WireMessage original = delivery.message();
    Map<String, String> headers = new HashMap<>(original.headers());
    headers
        .keySet()
        .removeAll(
            List.of(
                WireHeaders.DEADLINE,
                WireHeaders.TIMEOUT,
                WireHeaders.ATTEMPT,
                WireHeaders.STATUS));
    headers.put(WireHeaders.ORIGIN, spec.source().name());
    if (spec.source().group() != null) {
      headers.put(WireHeaders.GROUP, spec.source().group());
    }
    headers.put(WireHeaders.ERROR, report.code().name());
    headers.put(WireHeaders.ERROR_TYPE, report.type());
    headers.put(WireHeaders.ERROR_MESSAGE, report.message());
    headers.put(WireHeaders.ATTEMPTS, Integer.toString(delivery.attempt()));
    headers.put(WireHeaders.FAILED_AT, Long.toString(parts.clock().millis()));
    String id = original.messageId() == null ? parts.ids().next() : original.messageId();
    WireMessage wire =
        new WireMessage(
            original.body(), original.contentType(), id, original.correlationId(), null, headers);
    Address target = Address.queue(spec.source().name() + ".dead");
    return new Output(
        Output.Kind.DEAD_LETTER,
        new Outgoing(
            target,
            wire,
            sendDeadline(),
            true,
            delivery.key(),
            null,
            Duration.ZERO,
            List.of(),
            null,
            null));
  }

  /** An output that was not confirmed, to be sent again. */
  Output again(Output output) {
    Outgoing m = output.message();
    return new Output(
        output.kind(),
        new Outgoing(
            m.to(),
            m.message(),
            sendDeadline(),
            m.persistent(),
            m.key(),
            m.timeToLive(),
            m.delay(),
            m.options(),
            m.nativeMessage(),
            m.answers()));
  }

  private long sendDeadline() {
    return parts.timer().nanoTime() + Durations.nanos(parts.publishTimeout());
  }
}
