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

  /** Server time minus monotonic time; what is read before the first answer is not used. */
  private volatile long offsetMicros;

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
    long middleNanos = askedNanos + trip / 2;
    offsetMicros = micros - middleNanos / 1_000;
  }

  /** The time since a moment of the server's clock; zero at least. */
  Duration since(long serverMillis, long nowNanos) {
    long micros = offsetMicros + nowNanos / 1_000 - serverMillis * 1_000;
    return Duration.ofNanos(Math.max(0, micros) * 1_000);
  }

  /** The time by the server's clock, in milliseconds since the epoch. */
  long millis(long nowNanos) {
    return (offsetMicros + nowNanos / 1_000) / 1_000;
  }

  /** The milliseconds of a stream entry's id: when it was added, by the server's clock. */
  static long millis(String id) {
    int dash = id.indexOf('-');
    return Long.parseLong(dash < 0 ? id : id.substring(0, dash));
  }
}
