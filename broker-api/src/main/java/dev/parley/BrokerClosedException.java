package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * The broker object was closed before the publish or the call was done. Its code is {@link
 * ErrorCode#CLOSED}.
 */
public final class BrokerClosedException extends BrokerException {

  private static final long serialVersionUID = 1;

  /** With what happened, and the cause if there is one. */
  public BrokerClosedException(String message, @Nullable Throwable cause) {
    super(ErrorCode.CLOSED, message, cause);
  }
}
