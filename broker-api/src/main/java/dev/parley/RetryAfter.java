package dev.parley;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Thrown by a handler to have the message again after a delay of its choice. It counts as an
 * attempt; when none is left the message fails as with any other exception.
 */
public final class RetryAfter extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Duration delay;

  /** With the delay, zero or more. */
  public RetryAfter(Duration delay) {
    this(delay, "Asked to be retried after " + delay);
  }

  /** With the delay, zero or more, and why. */
  public RetryAfter(Duration delay, String reason) {
    super(reason);
    this.delay = requireNonNull(delay, "delay");
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "the delay of RetryAfter must be zero or more, was " + delay);
    }
  }

  /** How long until the next attempt. */
  public Duration delay() {
    return delay;
  }
}
