package dev.parley.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this machine lets a thread wait that is ready to run, so that a busy machine is not
 * taken for a late call: a thread of its own asks for a short sleep and sees how much longer it
 * was.
 *
 * <p>Any thread may ask; {@code this} guards the measurements, which go back for half a minute.
 */
final class Stalls implements AutoCloseable {

  private static final Duration NAP = Duration.ofMillis(5);
  private static final Duration MEMORY = Duration.ofSeconds(30);
  private static final Duration BUSY = Duration.ofMillis(200);
  private static final Duration NOTABLE = Duration.ofMillis(2);

  private record Stall(long endedAt, long nanos) {}

  private final Deque<Stall> stalls = new ArrayDeque<>();
  private final Thread thread = new Thread(this::measure, "faults-stalls");
  private volatile boolean closed;

  static Stalls measuring() {
    Stalls stalls = new Stalls();
    stalls.thread.setDaemon(true);
    stalls.thread.start();
    return stalls;
  }

  private void measure() {
    while (!closed) {
      long begin = System.nanoTime();
      LockSupport.parkNanos(NAP.toNanos());
      long end = System.nanoTime();
      if (end - begin - NAP.toNanos() > NOTABLE.toNanos()) {
        keep(new Stall(end, end - begin - NAP.toNanos()));
      }
    }
  }

  private synchronized void keep(Stall stall) {
    stalls.add(stall);
    while (stall.endedAt() - stalls.getFirst().endedAt() > MEMORY.toNanos()) {
      stalls.removeFirst();
    }
  }

  /** The sum of what was lost since then, because one stall may follow another. */
  synchronized Duration lostSince(long nanoTime) {
    return Duration.ofNanos(
        stalls.stream()
            .filter(stall -> stall.endedAt() - nanoTime >= 0)
            .mapToLong(Stall::nanos)
            .sum());
  }

  /** Whether the last half minute was such that any time-out may be the machine's. */
  synchronized boolean isBusy() {
    return stalls.stream().anyMatch(stall -> stall.nanos() > BUSY.toNanos());
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
