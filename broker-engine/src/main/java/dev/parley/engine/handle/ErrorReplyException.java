package dev.parley.engine.handle;

/** An error reply came where a plain value is taken. */
final class ErrorReplyException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final RuntimeException error;

  ErrorReplyException(RuntimeException error) {
    super(error.getMessage(), error, false, false);
    this.error = error;
  }

  RuntimeException error() {
    return error;
  }
}
