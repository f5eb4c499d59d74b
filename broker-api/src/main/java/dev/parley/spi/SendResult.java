package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What became of a message that was sent.
 *
 * @param status the outcome
 * @param reason why, in words for the user, when it was not confirmed; empty when it was
 * @param cause the client library's exception; null when there is none
 */
public record SendResult(Status status, String reason, @Nullable Throwable cause) {

  /** The outcomes of a send. */
  public enum Status {
    /** The broker has it. */
    CONFIRMED,
    /** The address does not exist; nothing was sent. */
    UNROUTABLE,
    /** The broker or the transport refused it; nothing was sent. */
    REFUSED,
    /**
     * It may or may not have been sent: the connection was lost, or the deadline passed, before an
     * answer came.
     */
    UNKNOWN
  }

  /** The broker has it. */
  public static final SendResult CONFIRMED = new SendResult(Status.CONFIRMED, "", null);

  public SendResult {
    requireNonNull(status, "status");
    requireNonNull(reason, "reason");
  }

  /** The address does not exist. */
  public static SendResult unroutable(String reason) {
    return new SendResult(Status.UNROUTABLE, reason, null);
  }

  /** It was refused before anything was sent. */
  public static SendResult refused(String reason, @Nullable Throwable cause) {
    return new SendResult(Status.REFUSED, reason, cause);
  }

  /** Nobody knows whether it was sent. */
  public static SendResult unknown(String reason, @Nullable Throwable cause) {
    return new SendResult(Status.UNKNOWN, reason, cause);
  }

  /** Whether the broker has it. */
  public boolean confirmed() {
    return status == Status.CONFIRMED;
  }
}
