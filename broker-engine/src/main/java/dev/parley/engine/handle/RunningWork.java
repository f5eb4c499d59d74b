package dev.parley.engine.handle;

/** Work whose handler can be interrupted when the broker closes. */
interface RunningWork extends Dispatcher.Work {

  /** Interrupts the handler and hands its deliveries back. Called by the closing thread. */
  void interruptForClose();
}
