package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.spi.WireMessage;

/**
 * Hears what comes for a call with more than one reply; called by the transport's threads, the
 * timer and whoever ends the call. Must not block or throw.
 */
public interface Frames {

  /** Something came; says whether the call goes on. */
  boolean received(WireMessage frame);

  /** The call has ended without a last frame. Called once, and not after the call has ended. */
  void failed(BrokerException error);
}
