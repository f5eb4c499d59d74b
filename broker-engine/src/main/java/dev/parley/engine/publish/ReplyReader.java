package dev.parley.engine.publish;

import dev.parley.InvalidMessageException;
import dev.parley.Reply;
import dev.parley.ReplyUnreadableException;
import dev.parley.engine.codec.Codecs;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.lang.reflect.Type;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Turns a received reply into a value or an error. Stateless but for its parts; any thread may call
 * it.
 */
public final class ReplyReader {

  private final Codecs codecs;
  private final ErrorReplies errors;
  private final int maxBytes;

  /** With the codecs for values and the registered errors. */
  public ReplyReader(Codecs codecs, ErrorReplies errors, int maxBytes) {
    this.codecs = codecs;
    this.errors = errors;
    this.maxBytes = maxBytes;
  }

  /** The reply from that place as that type; what cannot be read is an error in it. */
  public <R> Reply<R> read(WireMessage message, Type type, Object from, @Nullable Duration total) {
    Reply.Timings timings =
        new Reply.Timings(
            micros(message.header(WireHeaders.QUEUED_US)),
            micros(message.header(WireHeaders.HANDLED_US)),
            total);
    String server = message.header(WireHeaders.SERVER);
    RuntimeException error = errors.read(message, from);
    if (error == null) {
      try {
        @SuppressWarnings("unchecked") // the reader was made for the type that R stands for
        R value = (R) value(message, type, from);
        return Reply.success(value, message.headers(), message.correlationId(), server, timings);
      } catch (ReplyUnreadableException e) {
        error = e;
      }
    }
    return Reply.failure(error, message.headers(), message.correlationId(), server, timings);
  }

  private @Nullable Object value(WireMessage message, Type type, Object from) {
    if (type == Void.class || type == void.class) {
      return null;
    }
    if (message.body().length > maxBytes) {
      throw new ReplyUnreadableException(
          "The reply from "
              + from
              + " has "
              + message.body().length
              + " bytes, the setting message.max-bytes allows "
              + maxBytes,
          null);
    }
    try {
      return codecs.reader(type).read(message.body(), message.contentType());
    } catch (InvalidMessageException | IllegalArgumentException e) {
      throw new ReplyUnreadableException(
          "The reply from "
              + from
              + " cannot be read as "
              + type.getTypeName()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static @Nullable Duration micros(@Nullable String text) {
    if (text == null || text.length() > 18) {
      return null;
    }
    try {
      return Duration.ofNanos(Math.multiplyExact(Long.parseLong(text), 1_000L));
    } catch (NumberFormatException | ArithmeticException e) {
      return null; // a foreign server's header: no timing is told rather than a wrong one
    }
  }
}
