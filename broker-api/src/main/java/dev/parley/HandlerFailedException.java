package dev.parley;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The handler threw and its attempts are exhausted. Its code is {@link ErrorCode#HANDLER_FAILED}.
 * The server's stack trace stays there.
 */
public final class HandlerFailedException extends BrokerException {

  private static final long serialVersionUID = 1;

  private final String remoteType;
  private final String remoteMessage;

  /**
   * With what happened, the type name and the message of the error at the server, and the cause if
   * there is one here.
   */
  public HandlerFailedException(
      String message, String remoteType, String remoteMessage, @Nullable Throwable cause) {
    super(ErrorCode.HANDLER_FAILED, message, cause);
    this.remoteType = requireNonNull(remoteType, "remoteType");
    this.remoteMessage = requireNonNull(remoteMessage, "remoteMessage");
  }

  /**
   * The name of the error's type at the server: the simple class name, or the name under which it
   * is registered.
   */
  public String remoteType() {
    return remoteType;
  }

  /** The message of the error at the server; empty when it had none. */
  public String remoteMessage() {
    return remoteMessage;
  }
}
