package dev.parley;

import static java.util.Objects.requireNonNull;

/**
 * One thing that is wrong with a body.
 *
 * @param path where, as in {@code quantity} or {@code items[2].price}; empty for the body as a
 *     whole
 * @param message what, as in {@code must be greater than 0}
 */
public record Violation(String path, String message) {

  public Violation {
    requireNonNull(path, "path");
    requireNonNull(message, "message");
  }

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
