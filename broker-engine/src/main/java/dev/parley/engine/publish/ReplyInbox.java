package dev.parley.engine.publish;

import dev.parley.engine.runtime.EngineThreads;
import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.Transport;
import dev.parley.spi.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * The one private reply address of a client, opened at the first call.
 *
 * <p>{@code current} is cleared before the calls that relied on it are failed: a call that sets its
 * address and then still finds it here is seen by that sweep. Written by the transport's threads,
 * read by any; opening and closing are guarded by this object's monitor.
 */
final class ReplyInbox implements InboxListener {

  private final Transport transport;
  private final ReplyCorrelator correlator;
  private final EngineThreads threads;
  private volatile @Nullable Address current;
  private volatile boolean opened;
  private @Nullable Inbox inbox; // guarded by this
  private boolean closed; // guarded by this

  ReplyInbox(Transport transport, ReplyCorrelator correlator, EngineThreads threads) {
    this.transport = transport;
    this.correlator = correlator;
    this.threads = threads;
  }

  /**
   * The address; null while there is none, and calls that wait in the correlator are dispatched
   * once there is.
   */
  @Nullable Address address() {
    if (!opened) {
      open();
    }
    return current;
  }

  private synchronized void open() {
    if (!opened && !closed) {
      opened = true; // before it opens: ready may be called at once
      try {
        inbox = transport.openInbox(this);
      } catch (RuntimeException e) {
        opened = false; // for the next call to try
        throw e;
      }
    }
  }

  @Override
  public void ready(Address address) {
    current = address;
    correlator.forEachWaiting(
        call -> threads.callBack(call::dispatch)); // off this thread: it writes the body
  }

  @Override
  public void gone(String reason) {
    Address last = current;
    current = null;
    if (last != null) {
      correlator.lost(last, reason);
    }
  }

  @Override
  public void refused(String reason) {
    SendResult refused = SendResult.refused(reason, null);
    correlator.forEachWaiting(
        call -> correlator.fail(call, Failures.ofSend(refused, call.destination())));
  }

  @Override
  public void received(WireMessage message) {
    correlator.received(message);
  }

  synchronized void close() {
    closed = true;
    if (inbox != null) {
      inbox.close();
    }
  }
}
