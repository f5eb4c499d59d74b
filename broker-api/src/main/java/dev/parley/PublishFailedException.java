package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * The broker refused the message or did not confirm it in time. Its code is {@link
 * ErrorCode#PUBLISH_FAILED}.
 */
public final class PublishFailedException extends BrokerException {

  private static final long serialVersionUID = 1;

  private final boolean maybeSent;

  /**
   * With what happened, whether the message may have been sent all the same, and the cause if there
   * is one.
   */
  public PublishFailedException(String message, boolean maybeSent, @Nullable Throwable cause) {
    super(ErrorCode.PUBLISH_FAILED, message, cause);
    this.maybeSent = maybeSent;
  }

  /**
   * Whether the message may have been sent all the same, so that sending it again may double it.
   */
  public boolean maybeSent() {
    return maybeSent;
  }
}
