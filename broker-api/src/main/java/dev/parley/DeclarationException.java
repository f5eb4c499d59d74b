package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * A handler is declared in a way that cannot work. The message names class, method, what is wrong,
 * and the remedy.
 */
public final class DeclarationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /** With where, what is wrong, and the remedy. */
  public DeclarationException(String message) {
    super(message);
  }

  /** With where, what is wrong and the remedy, and the cause if there is one. */
  public DeclarationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
