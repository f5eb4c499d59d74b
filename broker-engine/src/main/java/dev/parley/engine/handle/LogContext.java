package dev.parley.engine.handle;

import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Puts queue, message id and correlation id into every log line of a handler. Belongs to the thread
 * that made it.
 */
final class LogContext {

  private static final String QUEUE = "queue";
  private static final String MESSAGE_ID = "messageId";
  private static final String CORRELATION_ID = "correlationId";
  private static final int LONGEST = 200;

  private LogContext() {}

  /** For the handler of a message; null for many messages at once. */
  static LogContext of(String queue, @Nullable WireMessage message) {
    MDC.put(QUEUE, queue);
    String id = message == null ? null : message.messageId();
    if (id != null) {
      MDC.put(MESSAGE_ID, limited(id));
    }
    String correlationId = message == null ? null : message.correlationId();
    if (correlationId != null) {
      MDC.put(CORRELATION_ID, limited(correlationId));
    }
    return new LogContext();
  }

  /** Leaves nothing, of the handler's own entries neither: the thread goes on to other messages. */
  void close() {
    MDC.clear();
  }

  private static String limited(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
