package dev.parley.engine.runtime;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A timer whose time passes only when the test says so. Its actions run on the test's thread. */
public final class ManualTime {

  private static final long STEP = Duration.ofMillis(5).toNanos();

  /** Runs after each look at the clock, before the one who looked goes on. */
  public volatile Runnable onLook = () -> {};

  private final AtomicLong nanos;
  private final TimerWheel wheel;

  public ManualTime() {
    this(-7_000_000_000L); // any value will do for a monotonic clock, negative ones too
  }

  public ManualTime(long startNanos) {
    this.nanos = new AtomicLong(startNanos);
    this.wheel = TimerWheel.manual(this::look);
  }

  private long look() {
    long now = nanos.get();
    onLook.run();
    return now;
  }

  public TimerWheel wheel() {
    return wheel;
  }

  /** Lets that time pass, tick by tick. */
  public void advance(Duration duration) {
    long end = nanos.get() + duration.toNanos();
    while (nanos.get() < end) {
      nanos.set(Math.min(end, nanos.get() + STEP));
      wheel.advance();
    }
  }

  /** Lets that time pass at once, as for a process that was suspended. */
  public void jump(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    wheel.advance();
  }
}
