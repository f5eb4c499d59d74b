package dev.parley.spi;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Moves messages between the engine and one broker.
 *
 * <p>Any thread may call any method. No method blocks: outcomes come through listeners and stages,
 * on the transport's threads, so sending many is sending one many times. It connects on first use,
 * or by {@link #connect()}, and reconnects by itself with exponential back-off until it is closed;
 * meanwhile sends wait in a bounded structure until their deadline, or are refused when it is full.
 */
public interface Transport extends AutoCloseable {

  /** What this broker can do that others cannot. */
  Set<Capability> capabilities();

  /** The client library's own message types a handler may take. */
  Set<Class<?>> nativeTypes();

  /**
   * The client library's own message types {@link Outgoing#nativeMessage()} may hold. Default:
   * those a handler may take.
   */
  default Set<Class<?>> nativeOutgoingTypes() {
    return nativeTypes();
  }

  /**
   * Begins to connect, and completes once connected; it goes on trying, so it fails only when the
   * transport is closed. Idempotent.
   */
  CompletionStage<Void> connect();

  /**
   * Sends a message. The listener hears the outcome once, by the message's deadline at the latest.
   */
  void send(Outgoing message, SendListener listener);

  /**
   * How many messages were given to {@link #send} and have no outcome yet. Default: 0, for a
   * transport that tells each outcome at once.
   */
  default int unconfirmed() {
    return 0;
  }

  /**
   * Whether a queue or topic exists and has consumers. Fails with {@link TransportException} when
   * the broker cannot be asked.
   */
  CompletionStage<Presence> probe(Address address);

  /**
   * Makes a queue, topic or group exist; one that exists with other arguments is used as it is.
   * Fails with {@link TransportException} when the broker cannot be reached or refuses. The stage
   * may outlast the caller's patience: the caller sets its own limit.
   */
  CompletionStage<Void> declare(Source source, List<Object> options);

  /** Declares the source if need be and consumes from it until stopped, recovering by itself. */
  Listening listen(ListenRequest request, DeliveryListener listener);

  /** Opens a private address of this instance, recovering by itself until closed. */
  Inbox openInbox(InboxListener listener);

  /**
   * Ends everything: what is unsettled goes back to the broker, sends under way complete as
   * unknown, waiting ones as refused. Waits up to ten seconds for its threads and connections to
   * end. Idempotent.
   */
  @Override
  void close();
}
