package dev.parley.engine.handle;

import dev.parley.engine.runtime.LogText;
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

  private LogContext() {}

  /** For the handler of a message; null for many messages at once. */
  static LogContext of(String queue, @Nullable WireMessage message) {
    MDC.put(QUEUE, queue);
    String id = message == null ? null : message.messageId();
    if (id != null) {
      MDC.put(MESSAGE_ID, LogText.of(id));
    }
    String correlationId = message == null ? null : message.correlationId();
    if (correlationId != null) {
      MDC.put(CORRELATION_ID, LogText.of(correlationId));
    }
    return new LogContext();
  }

  /** Leaves nothing, of the handler's own entries neither: the thread goes on to other messages. */
  void close() {
    MDC.clear();
  }
}
