package dev.parley.engine.handle;

import dev.parley.engine.runtime.TimerWheel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The handlers of one subscription that run now. Every heartbeat, as long as one of their callers
 * asked for it, they give a sign: an idle server leaves the timer asleep. Any thread may call it.
 */
final class RunningSet {

  private final TimerWheel timer;
  private final Duration heartbeat;
  private final Set<RunningWork> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean signing = new AtomicBoolean();

  RunningSet(TimerWheel timer, Duration heartbeat) {
    this.timer = timer;
    this.heartbeat = heartbeat;
  }

  void add(RunningWork work) {
    running.add(work);
    if (work.wantsSigns()) {
      signLater();
    }
  }

  void remove(RunningWork work) {
    running.remove(work);
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  /** Interrupts all of them, and hands their deliveries back. */
  void interruptForClose() {
    List.copyOf(running).forEach(RunningWork::interruptForClose);
  }

  private void signLater() {
    if (!signing.get() && signing.compareAndSet(false, true)) {
      timer.schedule(heartbeat, this::sign);
    }
  }

  private void sign() {
    signing.set(false);
    running.forEach(RunningWork::sign);
    if (running.stream().anyMatch(RunningWork::wantsSigns)) {
      signLater();
    }
  }
}
