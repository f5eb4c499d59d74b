package dev.parley;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body cannot be decoded as what the handler declares, or fails its validation. Its code is
 * {@link ErrorCode#INVALID_MESSAGE}.
 */
public final class InvalidMessageException extends BrokerException {

  private static final long serialVersionUID = 1;

  private final transient List<Violation> violations;

  /** With what is wrong, each violation, and the cause if there is one. */
  public InvalidMessageException(
      String message, List<Violation> violations, @Nullable Throwable cause) {
    super(ErrorCode.INVALID_MESSAGE, message, cause);
    this.violations = List.copyOf(violations);
  }

  /** What is wrong, path by path; empty when the body could not be read at all. */
  public List<Violation> violations() {
    return violations == null ? List.of() : violations;
  }
}
