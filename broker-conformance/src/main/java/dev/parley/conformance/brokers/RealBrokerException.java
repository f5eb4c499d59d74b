package dev.parley.conformance.brokers;

import org.jspecify.annotations.Nullable;

/** A real broker could not be started, stopped or controlled; the message says which and why. */
public final class RealBrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RealBrokerException(String message) {
    super(message);
  }

  RealBrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Restores the interrupt, so that the caller's own waits end as well. */
  static RealBrokerException interrupted(String during, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new RealBrokerException("Interrupted while " + during, cause);
  }
}
