package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * There is a reply, but it cannot be serialised at the server or decoded at the caller. Its code is
 * {@link ErrorCode#REPLY_UNREADABLE}.
 */
public final class ReplyUnreadableException extends BrokerException {

  private static final long serialVersionUID = 1;

  /** With what happened, and the cause if there is one. */
  public ReplyUnreadableException(String message, @Nullable Throwable cause) {
    super(ErrorCode.REPLY_UNREADABLE, message, cause);
  }
}
