package dev.parley.engine.handle;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import dev.parley.InvalidMessageException;
import dev.parley.Reject;
import dev.parley.Violation;
import dev.parley.engine.wire.ErrorRegistry;
import dev.parley.engine.wire.ErrorReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param code under which it is told
 * @param error what was thrown
 * @param refused whether the message itself is at fault, so that no attempt follows and the handler
 *     did not run
 */
record Failure(ErrorCode code, Throwable error, boolean refused) {

  /** The handler threw; of what only carries another error that one is told. */
  static Failure thrown(Throwable error) {
    return new Failure(ErrorCode.HANDLER_FAILED, HandlerRuntime.unwrap(error), false);
  }

  /** The content could not be read, or is an error reply. */
  static Failure reading(Throwable error) {
    if (error instanceof InvalidMessageException invalid) {
      return invalid(invalid);
    }
    return error instanceof ErrorReplyException told ? errorReply(told.error()) : thrown(error);
  }

  /** The body cannot be decoded, or fails validation. */
  static Failure invalid(InvalidMessageException error) {
    return new Failure(ErrorCode.INVALID_MESSAGE, error, true);
  }

  /** An error reply came to a handler that takes plain values. */
  static Failure errorReply(RuntimeException error) {
    return new Failure(
        error instanceof BrokerException broker ? broker.code() : ErrorCode.HANDLER_FAILED,
        error,
        true);
  }

  /**
   * Whether somebody must look at the handler: it neither refused the message itself nor was spared
   * it.
   */
  boolean isSurprise() {
    return !refused && !(error instanceof Reject);
  }

  /** What is told of it. */
  ErrorReport report(ErrorRegistry registry) {
    List<Violation> violations =
        error instanceof InvalidMessageException invalid ? invalid.violations() : List.of();
    return ErrorReport.of(code, registry.nameOf(error), message(), violations);
  }

  /** The error's message; a class of the user's may fail to tell it. */
  private @Nullable String message() {
    try {
      return error.getMessage();
    } catch (RuntimeException e) {
      return "its message could not be read: " + e.getClass().getName();
    }
  }
}
