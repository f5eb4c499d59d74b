package dev.parley.engine.publish;

import dev.parley.ConnectionLostException;
import dev.parley.engine.runtime.TimerWheel;
import java.time.Duration;

/**
 * Ends a call whose server has given signs and gives none any more. A call that has had no sign yet
 * may wait in a queue, so it is left alone. Called by the transport's threads and the timer.
 */
final class Liveness {

  private final TimerWheel timer;
  private final Duration silence;
  private final Ending ending;

  /** Ends calls. */
  @FunctionalInterface
  interface Ending {

    /** Ends a call with an error, unless it has ended. */
    void fail(PendingCall call, ConnectionLostException error);
  }

  /** With how long a server may be silent, who was not; zero for ever. */
  Liveness(TimerWheel timer, Duration silence, Ending ending) {
    this.timer = timer;
    this.silence = silence;
    this.ending = ending;
  }

  /** The server of a call has given a sign. */
  void heard(PendingCall call, String server) {
    boolean first = call.signNanos == 0;
    call.signNanos = Math.max(1, timer.nanoTime());
    call.server = server;
    if (first) {
      look(call);
    }
  }

  private void look(PendingCall call) {
    var task = timer.schedule(silence, () -> judge(call));
    if (call.reply.isDone()) {
      task.cancel();
    }
  }

  private void judge(PendingCall call) {
    if (call.reply.isDone()) {
      return;
    }
    if (timer.nanoTime() - call.signNanos < silence.toNanos()) {
      look(call);
      return;
    }
    ending.fail(
        call,
        new ConnectionLostException(
            "The server "
                + call.server
                + " of the call to "
                + call.destination()
                + " has given no sign for "
                + silence
                + "; it may have died, and the request may run again elsewhere",
            null));
  }
}
