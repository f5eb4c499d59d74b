package dev.parley.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client of another make: it speaks the broker's own protocol and knows nothing of ours. Called
 * by one thread at a time; every method fails with an {@link IllegalStateException} when the broker
 * does not obey.
 */
public interface ForeignClient extends AutoCloseable {

  /** Declares a queue as our transport would find it declared by an administrator. */
  void declare(String queue);

  /** Sends to a queue, or to the reply address that a request named; it must exist. */
  void send(String address, RawMessage message);

  /**
   * Sends many to a queue or reply address that exists, quickly; leaves out what cannot be written
   * down in this protocol. They have arrived when it returns.
   */
  default void flood(String address, List<RawMessage> messages) {
    messages.forEach(message -> send(address, message));
  }

  /**
   * Takes one message from a queue, or from {@link #openReplies()}; null when none came in time.
   */
  @Nullable RawMessage receive(String address, Duration limit);

  /** As {@link #receive}, of a queue that may be declared later; fails after ten seconds. */
  default RawMessage take(String address) {
    Expect.await().until(() -> exists(address));
    RawMessage message = receive(address, Duration.ofSeconds(10));
    if (message == null) {
      throw new AssertionError("Nothing came to " + address + " within 10 seconds");
    }
    return message;
  }

  /** Sends a reply to where the request says, with the id of the request. */
  default void answer(RawMessage request, RawMessage reply) {
    send(
        request.require(RawMessage.Property.REPLY_TO),
        reply.with(
            RawMessage.Property.CORRELATION_ID,
            request.property(RawMessage.Property.CORRELATION_ID)));
  }

  /**
   * The address of that name where the broker keeps nothing and passes on what comes to whoever
   * listens, to be sent bodies alone; empty where there is no such thing.
   */
  default Optional<String> channel(String name) {
    return Optional.empty();
  }

  /** Opens a reply address of this client's own, and returns its name for {@code reply_to}. */
  String openReplies();

  /** Whether a queue or reply address of that name exists. */
  boolean exists(String address);

  /** How many bytes of UTF-8 a correlation id may have on this wire, at most. */
  int longestCorrelationId();

  @Override
  void close();
}
