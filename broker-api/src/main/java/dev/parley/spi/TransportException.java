package dev.parley.spi;

import org.jspecify.annotations.Nullable;

/**
 * A declaration or a probe failed: the broker cannot be reached, or refused. The message is for the
 * user and holds no password.
 */
public final class TransportException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the reason, and the client library's exception if there is one. */
  public TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
