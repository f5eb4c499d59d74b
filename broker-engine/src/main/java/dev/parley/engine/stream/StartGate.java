package dev.parley.engine.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether the items of a stream may be sent: opened when the caller has the first frame, shut when
 * it never will; the first of both counts. Any thread may call it.
 */
final class StartGate {

  private final CompletableFuture<Boolean> open = new CompletableFuture<>();
  private final CountDownLatch decided = new CountDownLatch(1);

  /** Items may be sent; false when it was opened or shut before. */
  boolean open() {
    return decide(true);
  }

  /** Items may never be sent; false when it was opened or shut before. */
  boolean shut() {
    return decide(false);
  }

  private boolean decide(boolean may) {
    boolean first = open.complete(may);
    decided.countDown();
    return first;
  }

  boolean isOpen() {
    return open.getNow(false);
  }

  /** Waits; false when it was shut. */
  boolean await() throws InterruptedException {
    boolean known = false;
    while (!known) {
      known = decided.await(1, TimeUnit.SECONDS); // the settling decides, which always ends
    }
    return isOpen();
  }

  /** Runs an action once it is open, on the thread that opens it. */
  void whenOpen(Runnable action) {
    var unused =
        open.thenAccept(
            may -> {
              if (may) {
                action.run();
              }
            });
  }
}
