package dev.parley.engine.handle;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A server with a queue before it, in virtual time: callers at a given rate, a broker that keeps
 * what is not fetched, handlers that take as long as a distribution says. Seeded, so the same every
 * time. Used by one thread.
 */
final class OverloadSimulation {

  static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final long TRIP = Duration.ofMillis(2).toNanos();
  private static final long WARM_UP = Duration.ofSeconds(5).toNanos();
  private static final long END = Duration.ofSeconds(65).toNanos();

  /** What became of the requests of one run, in the time after the warm-up. */
  record Outcome(long good, long late, long refused, long expired, Duration longestUntilRefused) {}

  /** How long a handler takes. */
  interface Handling {
    double nanos(Random random);
  }

  private record Request(long sent, long deadline) {}

  private record Event(long at, Runnable action) {}

  private final Random random;
  private final Handling handling;
  private final int slots;
  private final int prefetch;
  private final LoadShedding shedding; // null: none
  private final PriorityQueue<Event> events =
      new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
  private final Deque<Request> broker = new ArrayDeque<>();
  private final Deque<Request> fetched = new ArrayDeque<>();
  private long now;
  private int running;
  private long good;
  private long late;
  private long refused;
  private long expired;
  private long longestUntilRefused;

  private OverloadSimulation(
      long seed, Handling handling, int slots, int prefetch, boolean withShedding) {
    this.random = new Random(seed);
    this.handling = handling;
    this.slots = slots;
    this.prefetch = prefetch;
    this.shedding =
        withShedding
            ? new LoadShedding(slots, "the simulated handler", () -> now, () -> now / 1_000_000)
            : null;
  }

  /** A minute of requests at that rate. */
  static Outcome run(
      long seed,
      double perSecond,
      Handling handling,
      int slots,
      int prefetch,
      boolean withShedding) {
    OverloadSimulation simulation =
        new OverloadSimulation(seed, handling, slots, prefetch, withShedding);
    simulation.arrive(perSecond);
    while (simulation.now < END && !simulation.events.isEmpty()) {
      Event next = simulation.events.poll();
      simulation.now = next.at;
      next.action.run();
    }
    return new Outcome(
        simulation.good,
        simulation.late,
        simulation.refused,
        simulation.expired,
        Duration.ofNanos(simulation.longestUntilRefused));
  }

  private void at(long time, Runnable action) {
    events.add(new Event(time, action));
  }

  private void arrive(double perSecond) {
    broker.add(new Request(now, now + TIMEOUT.toNanos()));
    fetch();
    double gap = -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
    at(now + (long) gap, () -> arrive(perSecond));
  }

  private void fetch() {
    while (!broker.isEmpty() && fetched.size() + running < prefetch) {
      Request request = broker.poll();
      if (shedding != null
          && !shedding.canStart(request.deadline - now, TIMEOUT.toNanos(), fetched.size())) {
        refuse(request);
      } else {
        fetched.add(request);
        begin();
      }
    }
  }

  private void begin() {
    while (running < slots && !fetched.isEmpty()) {
      Request request = fetched.poll();
      if (request.deadline <= now) {
        count(() -> expired++);
      } else if (shedding != null
          && !shedding.isWorthIt(request.deadline - now, TIMEOUT.toNanos())) {
        refuse(request);
      } else {
        running++;
        long takes = (long) handling.nanos(random);
        at(now + takes, () -> end(request, takes));
      }
    }
  }

  private void end(Request request, long took) {
    running--;
    if (shedding != null) {
      shedding.ended(took);
    }
    boolean inTime = now + TRIP <= request.deadline;
    count(() -> good += inTime ? 1 : 0);
    count(() -> late += inTime ? 0 : 1);
    begin();
    fetch();
  }

  private void refuse(Request request) {
    count(
        () -> {
          refused++;
          longestUntilRefused = Math.max(longestUntilRefused, now - request.sent);
        });
  }

  private void count(Runnable action) {
    if (now >= WARM_UP) {
      action.run();
    }
  }
}
