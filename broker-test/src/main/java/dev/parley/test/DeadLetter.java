package dev.parley.test;

import dev.parley.ErrorCode;
import dev.parley.TypeRef;
import dev.parley.spi.WireHeaders;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message that failed for good, with the reason. Immutable. */
public final class DeadLetter {

  private final PublishedMessage message;

  DeadLetter(PublishedMessage message) {
    this.message = message;
  }

  /** The message with its original body and headers. */
  public PublishedMessage message() {
    return message;
  }

  /** As {@link PublishedMessage#body(Class)}. */
  public <T> @Nullable T body(Class<T> type) {
    return message.body(type);
  }

  /** As {@link PublishedMessage#body(TypeRef)}. */
  public <T> @Nullable T body(TypeRef<T> type) {
    return message.body(type);
  }

  /** Why it failed. */
  public ErrorCode code() {
    return ErrorCode.valueOf(header(WireHeaders.ERROR));
  }

  /** The simple name of the error's class, or the name it is registered under. */
  public String errorType() {
    return header(WireHeaders.ERROR_TYPE);
  }

  /** The message of the error, 1 KiB at most; empty when it had none. */
  public String errorMessage() {
    return header(WireHeaders.ERROR_MESSAGE);
  }

  /** How often it was tried. */
  public int attempts() {
    return Integer.parseInt(header(WireHeaders.ATTEMPTS));
  }

  private String header(String name) {
    return Objects.requireNonNull(message.wire().header(name), name); // the engine writes all four
  }

  /** What failed, how and how often. */
  @Override
  public String toString() {
    return code()
        + " after "
        + Text.count(attempts(), "attempt")
        + ", "
        + errorType()
        + ": "
        + errorMessage()
        + ", body: "
        + message.text();
  }
}
