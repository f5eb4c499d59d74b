package dev.parley.engine.handle;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The calls that were cancelled before their requests came here, until nobody would wait for them
 * anyway; at most {@value #MOST}, the oldest is forgotten first. Any thread may call it; guarded by
 * its monitor, and not touched while it is empty.
 */
public final class CancelledCalls {

  private static final int MOST = 10_000;

  private final Map<String, Long> until = new LinkedHashMap<>(); // guarded by this
  private volatile boolean empty = true;

  /** None yet. */
  public CancelledCalls() {}

  synchronized void remember(String correlationId, long untilNanos) {
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
      until.values().removeIf(time -> time - nowNanos <= 0);
      empty = until.isEmpty();
      return until.containsKey(correlationId);
    }
  }
}
