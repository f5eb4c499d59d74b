package dev.parley.conformance;

import static dev.parley.conformance.Expect.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds handlers until the test opens it, and counts them. Any thread may call it. */
final class Gate {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final CountDownLatch opened = new CountDownLatch(1);
  private final AtomicInteger entered = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  /** Waits until it is open; fails the handler when that takes too long. */
  void pass() throws InterruptedException {
    entered.incrementAndGet();
    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    try {
      if (!opened.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("The gate stayed shut for " + LIMIT);
      }
    } finally {
      inside.decrementAndGet();
    }
  }

  /** Lets everybody pass, now and later. */
  void open() {
    opened.countDown();
  }

  /** Waits until that many have come here, in all. */
  void awaitEntered(int count) {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> entered.get() >= count);
  }

  /** How many have come here, in all. */
  int entered() {
    return entered.get();
  }

  /** How many were here at once, at most. */
  int most() {
    return most.get();
  }
}
