package dev.parley.faults;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;

import dev.parley.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A producer ten times faster than its consumer, for a time; then the consumer may catch up.
 * Nothing is lost, no more is fetched than was asked for, and this process does not grow.
 */
final class Flood {

  private static final int PREFETCH = 100;
  private static final Duration EFFORT = Duration.ofMillis(10);
  private static final int SENT_EACH_TURN = 10; // in the time of one handling
  private static final int UNDER_WAY_AT_MOST = 1_000;
  private static final long HEAP_SLACK_MEGABYTES = 24;
  private static final Duration CATCHING_UP = Duration.ofMinutes(30);

  private final Names names;
  private final Duration time;
  private final BitSet confirmed = new BitSet(); // guarded by itself
  private final BitSet handled = new BitSet(); // guarded by itself
  private final AtomicInteger failed = new AtomicInteger();
  private final Semaphore room = new Semaphore(UNDER_WAY_AT_MOST);
  private int mostInFlight;
  private volatile boolean slow = true;

  Flood(Names names, Duration time) {
    this.names = names;
    this.time = time;
  }

  /** What is wrong, in words. */
  List<String> play(Site site) throws Exception {
    List<String> mistakes = new ArrayList<>();
    try (Broker server = Round.broker(site.directSettings());
        Broker caller = Round.broker(site.directSettings())) {
      server.consume(queue(names.work()).prefetch(PREFETCH), Integer.class, this::handle);
      server.start();
      int early = flood(caller, server, 0, time.dividedBy(10));
      Footprint before = Footprint.now();
      flood(caller, server, early, time.minus(time.dividedBy(10)));
      if (!site.holdsMessagesHere()) {
        mistakes.addAll(Footprint.now().heapSince(before, HEAP_SLACK_MEGABYTES));
      }
      slow = false;
      Patience.until(CATCHING_UP, () -> missing().isEmpty());
    }
    if (!missing().isEmpty()) {
      mistakes.add(missing().cardinality() + " confirmed and lost");
    }
    // One more: the broker sends the next when it hears of the last, a moment before that is
    // counted.
    if (mostInFlight > PREFETCH + 1) {
      mistakes.add(mostInFlight + " in flight, with a prefetch of " + PREFETCH);
    }
    return mistakes;
  }

  /** Returns the number after the last one sent. */
  private int flood(Broker caller, Broker server, int first, Duration length) throws Exception {
    long deadline = System.nanoTime() + length.toNanos();
    int number = first;
    while (System.nanoTime() - deadline < 0) {
      for (int i = 0; i < SENT_EACH_TURN; i++) {
        room.acquire();
        send(caller, number++);
      }
      mostInFlight =
          Math.max(
              mostInFlight, server.health().subscription(names.work()).orElseThrow().inFlight());
      LockSupport.parkNanos(EFFORT.toNanos());
    }
    return number;
  }

  private void send(Broker caller, int number) {
    CompletableFuture<?> unused = // it is counted
        caller
            .publishAsync(number, to(names.work()))
            .whenComplete(
                (nothing, error) -> {
                  room.release();
                  if (error == null) {
                    mark(confirmed, number);
                  } else {
                    failed.incrementAndGet();
                  }
                });
  }

  private void handle(int number) throws InterruptedException {
    if (slow) {
      Thread.sleep(EFFORT.toMillis()); // the work of a slow handler
    }
    mark(handled, number);
  }

  private static void mark(BitSet set, int number) {
    synchronized (set) {
      set.set(number);
    }
  }

  private BitSet missing() {
    BitSet missing;
    synchronized (confirmed) {
      missing = (BitSet) confirmed.clone();
    }
    synchronized (handled) {
      missing.andNot(handled);
    }
    return missing;
  }

  /** What was counted, in words. */
  String counted() {
    synchronized (confirmed) {
      return "%d confirmed, %d not, %d in flight at most"
          .formatted(confirmed.cardinality(), failed.get(), mostInFlight);
    }
  }
}
