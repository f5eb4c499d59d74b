package dev.parley.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to send, with all that a transport must know to send it.
 *
 * @param to where it goes
 * @param message what goes
 * @param deadlineNanos by {@link Scheduler#nanoTime()}, when the outcome must be told at the latest
 * @param persistent whether the message must survive a restart of the broker
 * @param key messages of one key keep their order; null for none
 * @param timeToLive how long the broker may keep it undelivered; null for ever
 * @param delay how long the broker keeps it back before it may be delivered; zero for not at all
 * @param options what only this transport understands, of its own option types; what is not of its
 *     own is ignored
 * @param nativeMessage the client library's own message, to be sent untouched instead of {@code
 *     message} except for what a call needs (correlation id, reply address); null normally
 * @param answers the delivery this is the reply to, so that a transport can echo what only it
 *     knows; null otherwise
 */
public record Outgoing(
    Address to,
    WireMessage message,
    long deadlineNanos,
    boolean persistent,
    @Nullable String key,
    @Nullable Duration timeToLive,
    Duration delay,
    List<Object> options,
    @Nullable Object nativeMessage,
    @Nullable Delivery answers) {

  public Outgoing {
    requireNonNull(to, "to");
    requireNonNull(message, "message");
    requireNonNull(delay, "delay");
    requireNonNull(options, "options");
  }

  /** A persistent message without key, limit, delay or options. */
  public static Outgoing persistent(Address to, WireMessage message, long deadlineNanos) {
    return new Outgoing(
        to, message, deadlineNanos, true, null, null, Duration.ZERO, List.of(), null, null);
  }
}
