package dev.parley.engine.handle;

/** Work whose handler can be interrupted when the broker closes. */
interface RunningWork extends Dispatcher.Work {

  /** Interrupts the handler and hands its deliveries back. Called by the closing thread. */
  void interruptForClose();

  /** Whether its caller asked to be told that it runs. */
  default boolean wantsSigns() {
    return false;
  }

  /** Tells a caller that asked for it that its request is being handled. Called by the timer. */
  default void sign() {}
}
