package dev.parley.conformance.brokers;

/**
 * This machine does not have what a {@link BrokerSource} needs; the message says what is missing.
 *
 * <p>Checked, because it is an ordinary answer: the next source is tried.
 */
final class SourceUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  SourceUnavailableException(String message) {
    super(message);
  }
}
