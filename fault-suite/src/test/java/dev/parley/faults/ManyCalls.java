package dev.parley.faults;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Very many calls, ten thousand of them in flight: one in a hundred fails, one in a hundred is
 * never answered. Afterwards nothing is left of them. Used by one thread.
 */
final class ManyCalls {

  private static final int IN_FLIGHT = 10_000;
  private static final int WARM_UP = 20_000;
  private static final int CONCURRENCY = 64;
  private static final long HEAP_SLACK_MEGABYTES = 24;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration SHORT =
      Duration.ofSeconds(20); // to be confirmed behind ten thousand
  private static final Duration ENDING = Duration.ofSeconds(90);

  private final Names names;
  private final int count;
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final Map<ErrorCode, Long> failures = new ConcurrentHashMap<>();
  private final AtomicLong wrong = new AtomicLong();

  ManyCalls(Names names, int count) {
    this.names = names;
    this.count = count;
  }

  /** What is wrong, in words. */
  List<String> play(Site site) throws Exception {
    try (Broker server = Round.broker(site.directSettings());
        Broker caller = Round.broker(site.directSettings())) {
      server.subscribe(
          queue(names.echo()).concurrency(CONCURRENCY).prefetch(4 * CONCURRENCY),
          Integer.class,
          ManyCalls::answer);
      server.start();
      caller.declare(names.work()); // where nobody answers
      callAll(caller, Math.min(WARM_UP, count));
      Footprint before = Footprint.now();
      callAll(caller, count);
      return mistakes(caller, before);
    }
  }

  private List<String> mistakes(Broker caller, Footprint before) throws Exception {
    List<String> mistakes = new ArrayList<>();
    if (caller.counters().callsInFlight() > 0) {
      mistakes.add(caller.counters().callsInFlight() + " calls in flight after all have ended");
    }
    if (wrong.get() > 0) {
      mistakes.add(wrong.get() + " calls ended as they should not");
    }
    mistakes.addAll(
        Patience.untilNone(
            Duration.ofSeconds(20), () -> Footprint.now().since(before, HEAP_SLACK_MEGABYTES)));
    return mistakes;
  }

  private void callAll(Broker caller, int calls) throws Exception {
    long target = ended.get() + calls;
    for (int number = 0; number < calls; number++) {
      room.acquire();
      call(caller, number);
    }
    if (!Patience.until(ENDING, () -> ended.get() == target)) {
      throw new AssertionError((target - ended.get()) + " calls did not end");
    }
  }

  private void call(Broker caller, int number) {
    boolean silent = isSilent(number);
    CallOptions<Integer> call =
        to(silent ? names.work() : names.echo())
            .callback(Integer.class)
            .timeout(silent ? SHORT : LIMIT)
            .raiseTimeout();
    CompletableFuture<?> unused = // it is counted
        caller
            .publishAsync(number, call)
            .whenComplete((reply, error) -> ended(number, reply, error));
  }

  private void ended(int number, @Nullable Integer reply, @Nullable Throwable error) {
    room.release();
    Throwable cause = Causes.of(error);
    if (cause instanceof BrokerException failure) {
      failures.merge(failure.code(), 1L, Long::sum);
      wrong.addAndGet(isExpected(number, failure.code()) ? 0 : 1);
    } else {
      answered.incrementAndGet();
      wrong.addAndGet(reply != null && reply == number && !isSilent(number) ? 0 : 1);
    }
    ended.incrementAndGet(); // last, so that all is counted when it is
  }

  private static boolean isExpected(int number, ErrorCode code) {
    return isSilent(number)
        ? code == ErrorCode.TIMEOUT
        : isRefused(number) && code == ErrorCode.HANDLER_FAILED;
  }

  private static boolean isSilent(int number) {
    return number % 100 == 7;
  }

  private static boolean isRefused(int number) {
    return number % 100 == 8;
  }

  private static Integer answer(int number) {
    if (isRefused(number)) {
      throw new Work.PlannedFailure("call " + number);
    }
    return number;
  }

  /** What was counted, in words. */
  String counted() {
    StringBuilder text = new StringBuilder(answered.get() + " answered");
    new TreeMap<>(failures)
        .forEach((code, times) -> text.append(", ").append(times).append(' ').append(code));
    return text.toString();
  }
}
