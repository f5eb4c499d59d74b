package dev.parley.memory;

import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message as it lies in one queue. Immutable but for its place, which is guarded by the queue.
 */
final class Stored {

  final WireMessage message;
  final @Nullable String key;
  final int attempt;
  final long sentAt;
  private final boolean expires;
  private final long expiresAt;

  /** The place in the queue: the smaller, the nearer to the head. */
  long place;

  private Stored(
      WireMessage message,
      @Nullable String key,
      int attempt,
      long sentAt,
      boolean expires,
      long expiresAt) {
    this.message = message;
    this.key = key;
    this.attempt = attempt;
    this.sentAt = sentAt;
    this.expires = expires;
    this.expiresAt = expiresAt;
  }

  /** A first attempt, kept for ever. */
  static Stored forEver(WireMessage message, @Nullable String key, long now) {
    return new Stored(message, key, 1, now, false, 0);
  }

  /** A first attempt, kept for that long. */
  static Stored expiring(WireMessage message, @Nullable String key, long now, long nanos) {
    return new Stored(message, key, 1, now, true, now + nanos);
  }

  /** The same message for another queue, or as another attempt. */
  Stored asAttempt(int number) {
    return new Stored(message, key, number, sentAt, expires, expiresAt);
  }

  boolean expires() {
    return expires;
  }

  /** The moment from which on it must not be delivered, if it {@link #expires}. */
  long expiresAt() {
    return expiresAt;
  }

  boolean expired(long now) {
    return expires && now - expiresAt >= 0;
  }
}
