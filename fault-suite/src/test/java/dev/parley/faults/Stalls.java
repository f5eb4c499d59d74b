package dev.parley.faults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this machine lets threads of this process wait that are ready to run, so that a busy
 * machine is not taken for a late call. A thread of its own sees how much longer than asked for it
 * sleeps, which tells pauses of the JVM; and Linux tells how long each thread waited for a
 * processor.
 *
 * <p>Any thread may ask; {@code this} guards the measurements, which go back for five minutes.
 */
final class Stalls implements AutoCloseable {

  private static final Duration NAP = Duration.ofMillis(20);
  private static final Duration MEMORY = Duration.ofMinutes(5);
  private static final Duration NOTABLE = Duration.ofMillis(1);
  private static final Path TASKS = Path.of("/proc/self/task");

  private record Stall(long beganAt, long endedAt, long nanos) {}

  private final Deque<Stall> stalls = new ArrayDeque<>();
  private final Thread thread = new Thread(this::measure, "faults-stalls");
  private Map<String, Long> before = Map.of(); // by thread; of the measuring thread alone
  private volatile boolean closed;

  static Stalls measuring() {
    Stalls stalls = new Stalls();
    stalls.thread.setDaemon(true);
    stalls.thread.start();
    return stalls;
  }

  private void measure() {
    long begin = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(NAP.toNanos());
      long waited = waitedSinceLastTime();
      long end = System.nanoTime();
      long lost = Math.max(end - begin - NAP.toNanos(), waited);
      if (lost > NOTABLE.toNanos()) {
        keep(new Stall(begin, end, lost));
      }
      begin = end; // without a gap, for this thread may stand still anywhere
    }
  }

  private synchronized void keep(Stall stall) {
    stalls.add(stall);
    while (stall.endedAt() - stalls.getFirst().endedAt() > MEMORY.toNanos()) {
      stalls.removeFirst();
    }
  }

  /** The sum over all threads, for a call passes through several of them. */
  private long waitedSinceLastTime() {
    Map<String, Long> now = waitedByThread();
    long sum = 0;
    for (Map.Entry<String, Long> each : now.entrySet()) {
      sum += each.getValue() - before.getOrDefault(each.getKey(), 0L);
    }
    boolean first = before.isEmpty();
    before = now;
    return first ? 0 : sum;
  }

  /** The second number of each thread's {@code schedstat}: nanoseconds on a run queue. */
  private static Map<String, Long> waitedByThread() {
    Map<String, Long> waited = new HashMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        readInto(waited, task);
      }
    } catch (IOException noLinux) {
      return Map.of(); // then the naps alone tell
    }
    return waited;
  }

  private static void readInto(Map<String, Long> waited, Path task) {
    try {
      String[] numbers = Files.readString(task.resolve("schedstat")).trim().split(" ", -1);
      waited.put(task.getFileName().toString(), Long.parseLong(numbers[1]));
    } catch (IOException endedMeanwhile) {
      return;
    }
  }

  /** What was lost between the two in all; a stall that began before them counts whole. */
  synchronized Duration lostBetween(long from, long to) {
    return Duration.ofNanos(
        stalls.stream()
            .filter(stall -> stall.endedAt() - from >= 0 && stall.beganAt() - to <= 0)
            .mapToLong(Stall::nanos)
            .sum());
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
