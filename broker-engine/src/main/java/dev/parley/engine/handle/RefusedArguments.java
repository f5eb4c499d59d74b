package dev.parley.engine.handle;

import dev.parley.InvalidMessageException;

/**
 * The parameters of a handler cannot be filled, or fail validation; told apart from the same
 * exception thrown by the handler itself.
 */
final class RefusedArguments extends Exception {

  private static final long serialVersionUID = 1;

  private final InvalidMessageException reason;

  RefusedArguments(InvalidMessageException reason) {
    super(reason.getMessage(), reason, false, false);
    this.reason = reason;
  }

  InvalidMessageException reason() {
    return reason;
  }
}
