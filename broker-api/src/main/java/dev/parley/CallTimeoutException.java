package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * No reply came within the call's time limit; the request may have run, or may still run. Its code
 * is {@link ErrorCode#TIMEOUT}.
 */
public final class CallTimeoutException extends BrokerException {

  private static final long serialVersionUID = 1;

  /** With what happened, and the cause if there is one. */
  public CallTimeoutException(String message, @Nullable Throwable cause) {
    super(ErrorCode.TIMEOUT, message, cause);
  }
}
