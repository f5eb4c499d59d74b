package dev.parley.spi.support;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one log line through each second, whatever a hostile sender does. Any thread. */
public final class LogLimit {

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

  /** With one line allowed at once. */
  public LogLimit() {}

  /** Whether a line may be written now. */
  public boolean allows() {
    long now = System.nanoTime();
    long next = nextNanos.get();
    return now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL_NANOS);
  }
}
