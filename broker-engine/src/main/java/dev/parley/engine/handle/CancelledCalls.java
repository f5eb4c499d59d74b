package dev.parley.engine.handle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The calls that were cancelled before their requests came here, until nobody would wait for them
 * anyway; at most {@value #MOST}, the oldest is forgotten first. Any thread may call it; guarded by
 * its monitor, and not touched while it is empty.
 */
public final class CancelledCalls {

  private static final int MOST = 10_000;
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, Long> until = new LinkedHashMap<>(); // guarded by this
  private long sweptNanos; // guarded by this
  private volatile boolean empty = true;

  /** None yet. */
  public CancelledCalls() {}

  synchronized void remember(String correlationId, long untilNanos) {
    if (empty) {
      sweptNanos = untilNanos - SWEEP_NANOS; // nothing to forget before this one
    }
    until.put(correlationId, untilNanos);
    if (until.size() > MOST) {
      until.remove(until.keySet().iterator().next());
    }
    empty = false;
  }

  /** Whether a call was cancelled. */
  boolean contains(String correlationId, long nowNanos) {
    if (empty) {
      return false;
    }
    synchronized (this) {
      if (nowNanos - sweptNanos >= SWEEP_NANOS) { // not for each message: there may be many
        sweptNanos = nowNanos;
        until.values().removeIf(time -> time - nowNanos <= 0);
        empty = until.isEmpty();
      }
      Long time = until.get(correlationId);
      return time != null && time - nowNanos > 0;
    }
  }
}
