package dev.parley;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A publish or a call failed; {@link #code()} says why. The subclasses carry what belongs to one
 * code, so that it can be caught by type.
 */
public class BrokerException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  /** With what, which and what to do, and the cause if there is one. */
  public BrokerException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = requireNonNull(code, "code");
  }

  /** Why it failed. */
  public final ErrorCode code() {
    return code;
  }
}
