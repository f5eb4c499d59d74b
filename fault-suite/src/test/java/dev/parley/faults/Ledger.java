package dev.parley.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What became of each numbered message of one round. Numbers are given in order from 0. Any thread
 * may call it; {@code this} guards the entries, of which there are at most {@link #CAPACITY}.
 */
final class Ledger {

  static final int CAPACITY = 60_000;

  /** A machine that stood still for so long may have missed its own heartbeats. */
  private static final Duration STALLED = Duration.ofSeconds(1);

  /** The parts of a round. Order is promised inside the first and the last only. */
  enum Phase {
    CALM,
    FAULT,
    CALM_AGAIN
  }

  private enum Sent {
    UNDER_WAY,
    CONFIRMED,
    MAYBE,
    NOT
  }

  /** One message; times are of {@link System#nanoTime}, 0 for never. */
  private static final class Entry {
    private final Phase phase;
    private final long sentAt = System.nanoTime();
    private Sent sent = Sent.UNDER_WAY;
    private String failure = "";
    private boolean begun;
    private int handled;
    private long lastHandledAt;
    private boolean dead;

    private Entry(Phase phase) {
      this.phase = phase;
    }

    private boolean isDone() {
      return handled > 0 || dead;
    }
  }

  /** A publish that failed while nothing was broken; the machine may have kept it from its time. */
  private record Refused(int number, String error, long sentAt, long endedAt) {}

  private final Stalls stalls;
  private final List<Refused> refused = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Integer> lastBegun = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();
  private Phase phase = Phase.CALM;
  private long faultBegan = Long.MAX_VALUE;
  private long faultEnded = Long.MAX_VALUE;
  private long handledInAll;

  Ledger(Stalls stalls) {
    this.stalls = stalls;
  }

  /** The key of a message: messages of one key are handled in order. */
  static String key(int number) {
    return "k" + number % 8;
  }

  synchronized void enter(Phase next) {
    phase = next;
    if (next == Phase.FAULT) {
      faultBegan = System.nanoTime();
    } else if (next == Phase.CALM_AGAIN) {
      faultEnded = System.nanoTime();
    }
  }

  /** A new number, about to be sent. */
  synchronized int sending() {
    entries.add(new Entry(phase));
    return entries.size() - 1;
  }

  synchronized void confirmed(int number) {
    entries.get(number).sent = Sent.CONFIRMED;
  }

  synchronized void failed(int number, boolean maybeSent, String error) {
    Entry entry = entries.get(number);
    entry.sent = maybeSent ? Sent.MAYBE : Sent.NOT;
    entry.failure = error;
    if (entry.phase == phase && phase != Phase.FAULT) {
      refused.add(new Refused(number, error, entry.sentAt, System.nanoTime()));
    }
  }

  synchronized void begun(int number, int attempt, String instance) {
    if (number < 0 || number >= entries.size()) {
      mistakes.add("message " + number + " was handled and never sent");
      return;
    }
    Entry entry = entries.get(number);
    if (attempt == 1 && !entry.begun && entry.phase == phase && phase != Phase.FAULT) {
      checkOrder(number, instance);
    }
    entry.begun = true;
  }

  private void checkOrder(int number, String instance) {
    Integer before = lastBegun.put(phase + instance + key(number), number);
    if (before != null && before > number) {
      mistakes.add("message %d came after %d of the same key".formatted(number, before));
    }
  }

  synchronized void handled(int number, long at) {
    Entry entry = entries.get(number);
    entry.handled++;
    entry.lastHandledAt = Math.max(at, entry.lastHandledAt);
    handledInAll++;
  }

  synchronized void dead(int number) {
    entries.get(number).dead = true;
  }

  /** How often a message was handled so far, the same one included. */
  synchronized long handledInAll() {
    return handledInAll;
  }

  synchronized int size() {
    return entries.size();
  }

  synchronized int confirmed() {
    return (int) entries.stream().filter(entry -> entry.sent == Sent.CONFIRMED).count();
  }

  synchronized int underWay() {
    return (int) entries.stream().filter(entry -> entry.sent == Sent.UNDER_WAY).count();
  }

  synchronized int dead() {
    return (int) entries.stream().filter(entry -> entry.dead).count();
  }

  synchronized int duplicates() {
    return entries.stream().mapToInt(entry -> Math.max(0, entry.handled - 1)).sum();
  }

  /** Confirmed, and neither handled nor dead, without those sent before {@code excused}. */
  synchronized List<Integer> missing(long excused) {
    return IntStream.range(0, entries.size())
        .filter(number -> isMissing(entries.get(number), excused))
        .boxed()
        .toList();
  }

  private static boolean isMissing(Entry entry, long excused) {
    return entry.sent == Sent.CONFIRMED && !entry.isDone() && entry.sentAt - excused > 0;
  }

  /** What must not be, beside what is missing. */
  synchronized List<String> mistakes() {
    List<String> all = new ArrayList<>(mistakes);
    refused.stream()
        .filter(each -> stalls.lostBetween(each.sentAt(), each.endedAt()).compareTo(STALLED) < 0)
        .map(
            each ->
                "message %d was refused without any fault: %s"
                    .formatted(each.number(), each.error()))
        .forEach(all::add);
    for (int number = 0; number < entries.size(); number++) {
      Entry entry = entries.get(number);
      if (entry.sent == Sent.NOT && entry.isDone()) {
        all.add(
            "message %d was handled and said not to be sent: %s".formatted(number, entry.failure));
      }
      if (entry.handled > 1 && !isAroundFault(entry)) {
        all.add(
            "message %d was handled %d times, far from the fault".formatted(number, entry.handled));
      }
    }
    return all;
  }

  /** Whether it was somewhere between its sending and its last handling while the fault lasted. */
  private boolean isAroundFault(Entry entry) {
    return entry.sentAt <= faultEnded && entry.lastHandledAt >= faultBegan;
  }
}
