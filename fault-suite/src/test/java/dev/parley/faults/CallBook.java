package dev.parley.faults;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What became of each call of one round. Any thread may call it; {@code this} guards the entries,
 * of which there are at most {@link Ledger#CAPACITY}.
 */
final class CallBook {

  /** The contract's: how much later than its deadline a call may end. */
  private static final Duration GRACE = Duration.ofMillis(50);

  private final Chance chance;
  private final Stalls stalls;
  private final Map<Integer, Ledger.Phase> open = new HashMap<>();
  private final Map<ErrorCode, Integer> failures = new EnumMap<>(ErrorCode.class);
  private final List<String> mistakes = new ArrayList<>();
  private Ledger.Phase phase = Ledger.Phase.CALM;
  private int begun;
  private int answered;
  private int late;

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
      failed(number, error, began == phase && phase != Ledger.Phase.FAULT);
    }
  }

  private void checkTime(int number, long beganAt, long now) {
    Duration over = Duration.ofNanos(now - beganAt).minus(chance.patience(number));
    Duration stalled = stalls.lostSince(now - GRACE.plus(over).toNanos());
    if (over.compareTo(GRACE.plus(stalled)) > 0) {
      late++;
      mistakes.add(
          "call %d ended %d ms after its deadline, and this machine stood still for %d ms"
              .formatted(number, over.toMillis(), stalled.toMillis()));
    }
  }

  private void answered(int number, @Nullable Integer reply) {
    answered++;
    if (reply == null || reply != number || chance.refuses(number)) {
      mistakes.add("call " + number + " was answered with " + reply);
    }
  }

  private void failed(int number, Throwable error, boolean calm) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (!(cause instanceof BrokerException failure)) {
      mistakes.add("call " + number + " ended without a code: " + cause);
      return;
    }
    failures.merge(failure.code(), 1, Integer::sum);
    if (calm && !isPlanned(number, failure.code())) {
      mistakes.add("call %d failed without any fault: %s".formatted(number, failure));
    }
  }

  private boolean isPlanned(int number, ErrorCode code) {
    return switch (code) {
      case HANDLER_FAILED -> chance.refuses(number);
      case TIMEOUT -> chance.oversleeps(number) || stalls.isBusy();
      default -> false;
    };
  }

  synchronized int begun() {
    return begun;
  }

  synchronized int answered() {
    return answered;
  }

  synchronized int late() {
    return late;
  }

  synchronized int underWay() {
    return open.size();
  }

  synchronized Map<ErrorCode, Integer> failures() {
    return new EnumMap<>(failures);
  }

  synchronized List<String> mistakes() {
    return List.copyOf(mistakes);
  }
}
