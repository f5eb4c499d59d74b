package dev.parley.spi;

import java.util.concurrent.CompletionStage;

/**
 * A running consumer. It recovers by itself with back-off until it is stopped. Its methods may be
 * called from any thread and do not block.
 */
public interface Listening {

  /** Stops fetching until {@link #resume()}; what was delivered stays to be settled. Idempotent. */
  void pause();

  /** Fetches again. Idempotent. */
  void resume();

  /**
   * Stops fetching for good; once the stage is complete nothing more is delivered, and what was
   * delivered can still be settled. Idempotent. The stage never fails.
   */
  CompletionStage<Void> stop();

  /**
   * Stops, gives up what is unsettled so that the broker delivers it again, and frees everything.
   * Idempotent.
   */
  void close();
}
