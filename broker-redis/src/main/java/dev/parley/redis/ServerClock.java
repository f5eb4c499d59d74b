package dev.parley.redis;

import java.time.Duration;
import java.util.List;

/**
 * The time by the server that holds a stream, from what it said last and our own monotonic time
 * since: ages are never compared with the clock of this machine. Any thread; of several answers the
 * quickest of the last minute counts.
 */
final class ServerClock {

  private static final long MICROS_IN_SECOND = 1_000_000;

  private static final long GOOD_FOR_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * Server time minus monotonic time, at most and at least: the server took it between our question
   * and its answer. What is read before the first answer is not used.
   */
  private volatile Offset offset = new Offset(0, 0);

  private record Offset(long mostMicros, long leastMicros) {}

  private long tripNanos = Long.MAX_VALUE; // of the answer in use; guarded by this
  private long sampledNanos; // guarded by this

  /**
   * Notes an answer of {@code TIME}: seconds and microseconds, asked and received at these times.
   */
  synchronized void sample(List<?> secondsAndMicros, long askedNanos, long receivedNanos) {
    long trip = receivedNanos - askedNanos;
    if (trip > tripNanos && receivedNanos - sampledNanos < GOOD_FOR_NANOS) {
      return; // the quicker the answer, the surer
    }
    tripNanos = trip;
    sampledNanos = receivedNanos;
    long micros =
        CommandLink.number(secondsAndMicros.get(0)) * MICROS_IN_SECOND
            + CommandLink.number(secondsAndMicros.get(1));
    offset = new Offset(micros - askedNanos / 1_000, micros - receivedNanos / 1_000);
  }

  /** The time since a moment of the server's clock, at most: for what may have expired. */
  Duration sinceAtMost(long serverMillis, long nowNanos) {
    return since(offset.mostMicros(), serverMillis, nowNanos);
  }

  /** The same, at least: for what must not be early. */
  Duration sinceAtLeast(long serverMillis, long nowNanos) {
    return since(offset.leastMicros(), serverMillis, nowNanos);
  }

  private static Duration since(long offsetMicros, long serverMillis, long nowNanos) {
    long micros = offsetMicros + nowNanos / 1_000 - serverMillis * 1_000;
    return Duration.ofNanos(Math.max(0, micros) * 1_000);
  }

  /** The time by the server's clock, in milliseconds since the epoch. */
  long millis(long nowNanos) {
    return (offset.mostMicros() + nowNanos / 1_000) / 1_000;
  }

  /** The milliseconds of a stream entry's id: when it was added, by the server's clock. */
  static long millis(String id) {
    int dash = id.indexOf('-');
    return Long.parseLong(dash < 0 ? id : id.substring(0, dash));
  }
}
