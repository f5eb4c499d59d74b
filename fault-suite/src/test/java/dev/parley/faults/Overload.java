package dev.parley.faults;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;

import dev.parley.Broker;
import dev.parley.BrokerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Five times as many calls as a server can handle, each with a limit: first as many as it can, for
 * the measure, then five times that. With load shedding nine in ten of those it can handle are
 * answered, and those it refuses learn it early. Used by one thread.
 */
final class Overload {

  private static final int SLOTS = 4;
  private static final Duration EFFORT = Duration.ofMillis(10);
  private static final int ENOUGH = 4 * SLOTS; // in flight, to keep all slots busy
  private static final int TIMES = 5;
  private static final int UNDER_WAY_AT_MOST = 10_000;
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final Duration TURN = Duration.ofMillis(5);
  private static final Duration ENDING = Duration.ofSeconds(30);
  private static final double GOAL = 0.9;

  private final Names names;
  private final Duration time;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private double possible;
  private double good;

  Overload(Names names, Duration time) {
    this.names = names;
    this.time = time;
  }

  /** What is wrong, in words. */
  List<String> play(Site site) throws Exception {
    List<String> mistakes = new ArrayList<>();
    try (Broker server = Round.broker(site.directSettings());
        Broker caller = Round.broker(site.directSettings())) {
      server.subscribe(
          queue(names.echo()).concurrency(SLOTS).loadShedding(true),
          Integer.class,
          Overload::answer);
      server.start();
      asManyAsItCan(caller); // what is compiled later is compiled here
      possible = asManyAsItCan(caller);
      good = tooMany(caller);
      if (good < GOAL * possible) {
        mistakes.add("%.0f answered a second, of %.0f".formatted(good, possible));
      }
      if (ended.get() != begun.get()) {
        mistakes.add((begun.get() - ended.get()) + " calls did not end");
      }
    }
    return mistakes;
  }

  private static Integer answer(int number) {
    LockSupport.parkNanos(EFFORT.toNanos());
    return number;
  }

  /** Calls answered a second, without too many. */
  private double asManyAsItCan(Broker caller) throws Exception {
    Semaphore room = new Semaphore(ENOUGH);
    int before = answered.get();
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < time.toNanos()) {
      room.acquire();
      call(caller, room::release);
    }
    room.acquire(ENOUGH);
    return perSecond(answered.get() - before, System.nanoTime() - begin);
  }

  /** Calls answered a second, while too many are made. */
  private double tooMany(Broker caller) throws Exception {
    failures.clear();
    Semaphore room = new Semaphore(UNDER_WAY_AT_MOST);
    int before = answered.get();
    long begin = System.nanoTime();
    int made = 0;
    for (long now = begin; now - begin < time.toNanos(); now = System.nanoTime()) {
      for (double due = perNano() * (now - begin); made < due; made++) {
        room.acquire();
        call(caller, room::release);
      }
      LockSupport.parkNanos(TURN.toNanos());
    }
    double answeredMeanwhile = perSecond(answered.get() - before, System.nanoTime() - begin);
    Patience.until(ENDING, () -> ended.get() == begun.get());
    return answeredMeanwhile;
  }

  private double perNano() {
    return TIMES * possible / Duration.ofSeconds(1).toNanos();
  }

  private static double perSecond(int count, long nanos) {
    return count * (double) Duration.ofSeconds(1).toNanos() / nanos;
  }

  private void call(Broker caller, Runnable over) {
    int number = begun.incrementAndGet();
    CompletableFuture<?> unused = // it is counted
        caller
            .publishAsync(
                number, to(names.echo()).callback(Integer.class).timeout(LIMIT).raiseTimeout())
            .whenComplete(
                (reply, error) -> {
                  count(error);
                  over.run();
                });
  }

  private void count(@Nullable Throwable error) {
    Throwable cause = Causes.of(error);
    if (cause == null) {
      answered.incrementAndGet();
    } else {
      failures.merge(
          cause instanceof BrokerException failure
              ? failure.code().name()
              : cause.getClass().getSimpleName(),
          1,
          Integer::sum);
    }
    ended.incrementAndGet(); // last, so that all is counted when it is
  }

  /** What was counted, in words. */
  String counted() {
    return "%.0f calls a second answered at %d times as many as possible, of %.0f (%.0f %%), the rest %s"
        .formatted(good, TIMES, possible, 100 * good / possible, new TreeMap<>(failures));
  }
}
