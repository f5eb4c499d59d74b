package dev.parley.engine.wire;

import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.ReplyUnreadableException;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;

/** Turns an error reply into the exception the caller sees. Thread-safe. */
public final class ErrorReplies {

  private final ErrorRegistry registry;

  /** With the errors that are rebuilt by name. */
  public ErrorReplies(ErrorRegistry registry) {
    this.registry = registry;
  }

  /** The exception of an error reply from that place; null for a plain success. */
  public @Nullable RuntimeException read(WireMessage reply, Object from) {
    String status = reply.header(WireHeaders.STATUS);
    if (status == null) {
      return null;
    }
    ErrorCode code = codeOf(status);
    if (code == null) {
      return new ReplyUnreadableException(
          "The reply from "
              + from
              + " has the status \""
              + limited(status)
              + "\", which is not known here",
          null);
    }
    return rebuild(ProblemDocument.read(code, reply.body()), from);
  }

  private RuntimeException rebuild(ErrorReport report, Object from) {
    if (report.code() == ErrorCode.HANDLER_FAILED) {
      Exception rebuilt = registry.rebuild(report.type(), report.message()).orElse(null);
      return rebuilt instanceof RuntimeException unchecked
          ? unchecked
          : handlerFailed(report, from, rebuilt); // a checked one is thrown where it is declared
    }
    String message =
        report.message().isEmpty() ? report.code() + " from " + from : report.message();
    return switch (report.code()) {
      case INVALID_MESSAGE ->
          new InvalidMessageException(
              "Refused by " + from + ": " + message, report.violations(), null);
      case REPLY_UNREADABLE -> new ReplyUnreadableException(message, null);
      case NO_HANDLER -> new NoHandlerException(message, null);
      case TIMEOUT -> new CallTimeoutException(message, null);
      case CONNECTION_LOST -> new ConnectionLostException(message, null);
      case PUBLISH_FAILED -> new PublishFailedException(message, true, null);
      default -> new BrokerException(report.code(), message, null);
    };
  }

  private static HandlerFailedException handlerFailed(
      ErrorReport report, Object from, @Nullable Exception cause) {
    String what = report.type().isEmpty() ? "an error" : report.type();
    String detail = report.message().isEmpty() ? "" : ": " + report.message();
    return new HandlerFailedException(
        "The handler of " + from + " failed with " + what + detail,
        report.type(),
        report.message(),
        cause);
  }

  private static @Nullable ErrorCode codeOf(String status) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(status)) {
        return code;
      }
    }
    return null;
  }

  private static String limited(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
