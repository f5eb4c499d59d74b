package dev.parley.faults;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of each call of one round. Any thread may call it; {@code this} guards the entries,
 * of which there are at most {@link Ledger#CAPACITY}.
 */
final class CallBook {

  /** The contract's: how much later than its deadline a call may end. */
  private static final Duration GRACE = Duration.ofMillis(50);

  private static final long NEVER = Long.MIN_VALUE;

  private final Chance chance;
  private final Stalls stalls;
  private final Map<Integer, Ledger.Phase> open = new HashMap<>();
  private final Map<ErrorCode, Integer> failures = new EnumMap<>(ErrorCode.class);
  private final List<String> mistakes = new ArrayList<>();
  private final List<Unplanned> unplanned = new ArrayList<>();
  private final List<Overdue> overdue = new ArrayList<>();
  private Ledger.Phase phase = Ledger.Phase.CALM;
  private int begun;
  private int answered;

  /**
   * A call that ended too late. Whose fault it was can only be said later: a stall is known when it
   * is over.
   */
  private record Overdue(int number, Duration over, long endedAt) {}

  /** A call that failed while nothing was broken; the machine may have kept it from its time. */
  private record Unplanned(int number, BrokerException failure, long beganAt, long endedAt) {}

  CallBook(Chance chance, Stalls stalls) {
    this.chance = chance;
    this.stalls = stalls;
  }

  synchronized void enter(Ledger.Phase next) {
    phase = next;
  }

  synchronized int begin() {
    open.put(begun, phase);
    return begun++;
  }

  /** The call ended; {@code beganAt} is of {@link System#nanoTime}. */
  synchronized void ended(
      int number, long beganAt, @Nullable Integer reply, @Nullable Throwable error) {
    long now = System.nanoTime();
    Ledger.Phase began = open.remove(number);
    if (began == null) {
      mistakes.add("call " + number + " ended twice");
      return;
    }
    checkTime(number, beganAt, now);
    if (error == null) {
      answered(number, reply);
    } else {
      failed(number, error, began == phase && phase != Ledger.Phase.FAULT ? beganAt : NEVER, now);
    }
  }

  private void checkTime(int number, long beganAt, long now) {
    Duration over = Duration.ofNanos(now - beganAt).minus(chance.patience(number));
    if (over.compareTo(GRACE) > 0) {
      overdue.add(new Overdue(number, over, now));
    }
  }

  private void answered(int number, @Nullable Integer reply) {
    answered++;
    if (reply == null || reply != number || chance.refuses(number)) {
      mistakes.add("call " + number + " was answered with " + reply);
    }
  }

  /** {@code calmSince} is when it began, if nothing was broken since then. */
  private void failed(int number, Throwable error, long calmSince, long now) {
    Throwable cause = Causes.of(error);
    if (!(cause instanceof BrokerException failure)) {
      mistakes.add("call " + number + " ended without a code: " + cause);
      return;
    }
    failures.merge(failure.code(), 1, Integer::sum);
    if (calmSince != NEVER && !isPlanned(number, failure.code())) {
      unplanned.add(new Unplanned(number, failure, calmSince, now));
    }
  }

  private boolean isPlanned(int number, ErrorCode code) {
    return switch (code) {
      case HANDLER_FAILED -> chance.refuses(number);
      case TIMEOUT -> chance.oversleeps(number);
      default -> false;
    };
  }

  synchronized int begun() {
    return begun;
  }

  synchronized int answered() {
    return answered;
  }

  /** How many calls ended too late. To be asked a moment after the last one ended. */
  synchronized int late() {
    return (int) overdue.stream().filter(this::isLate).count();
  }

  /** The machine may have kept from them all the time by which they were too late, but no more. */
  private boolean isLate(Overdue call) {
    return call.over().compareTo(GRACE.plus(stalled(call))) > 0;
  }

  /** Out of time, half of which the machine kept. */
  private boolean isOfTheMachine(Unplanned call) {
    ErrorCode code = call.failure().code();
    return (code == ErrorCode.TIMEOUT || code == ErrorCode.PUBLISH_FAILED)
        && stalls
                .lostBetween(call.beganAt(), call.endedAt())
                .compareTo(chance.patience(call.number()).dividedBy(2))
            > 0;
  }

  private Duration stalled(Overdue call) {
    return stalls.lostBetween(call.endedAt() - call.over().toNanos(), call.endedAt());
  }

  synchronized int underWay() {
    return open.size();
  }

  synchronized Map<ErrorCode, Integer> failures() {
    return new EnumMap<>(failures);
  }

  synchronized List<String> mistakes() {
    List<String> all = new ArrayList<>(mistakes);
    overdue.stream()
        .filter(this::isLate)
        .map(
            call ->
                "call %d ended %d ms after its deadline, and this machine stood still for %d ms"
                    .formatted(call.number(), call.over().toMillis(), stalled(call).toMillis()))
        .forEach(all::add);
    unplanned.stream()
        .filter(call -> !isOfTheMachine(call))
        .map(
            call -> "call %d failed without any fault: %s".formatted(call.number(), call.failure()))
        .forEach(all::add);
    return all;
  }
}
