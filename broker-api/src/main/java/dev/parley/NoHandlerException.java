package dev.parley;

import org.jspecify.annotations.Nullable;

/** Nobody handles that queue, so nothing was sent. Its code is {@link ErrorCode#NO_HANDLER}. */
public final class NoHandlerException extends BrokerException {

  private static final long serialVersionUID = 1;

  /** With what happened, and the cause if there is one. */
  public NoHandlerException(String message, @Nullable Throwable cause) {
    super(ErrorCode.NO_HANDLER, message, cause);
  }
}
