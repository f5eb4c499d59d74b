package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * The connection was lost and the reply with it; the request may have run. Its code is {@link
 * ErrorCode#CONNECTION_LOST}.
 */
public final class ConnectionLostException extends BrokerException {

  private static final long serialVersionUID = 1;

  /** With what happened, and the cause if there is one. */
  public ConnectionLostException(String message, @Nullable Throwable cause) {
    super(ErrorCode.CONNECTION_LOST, message, cause);
  }
}
