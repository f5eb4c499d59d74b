package dev.parley;

/**
 * Thrown by a handler to refuse a message for good: no attempt follows. A caller gets {@link
 * HandlerFailedException} with the reason; a message without a caller goes to the dead letters.
 */
public final class Reject extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the reason, which is told to the caller. */
  public Reject(String reason) {
    super(reason);
  }

  /** With the reason, which is told to the caller, and the cause, which is not. */
  public Reject(String reason, Throwable cause) {
    super(reason, cause);
  }
}
