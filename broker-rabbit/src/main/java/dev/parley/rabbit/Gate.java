package dev.parley.rabbit;

import dev.parley.spi.Scheduler;
import dev.parley.spi.SendResult;
import dev.parley.spi.support.Deadlines;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds messages back until what they need is known or made, once for each {@link Check}, and lets
 * them through in the order they came.
 *
 * <p>Any thread passes messages; answers come on the declarer's thread, deadlines on the timer. The
 * map is guarded by this object's monitor, which is held while messages are handed to the
 * publisher's queue, so that none overtakes another; no listener is called with it held.
 */
final class Gate {

  private static final Logger log = LoggerFactory.getLogger(Gate.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
  private static final Duration KNOWN_FOR = Duration.ofSeconds(10);
  private static final int MAX_KNOWN = 10_000;

  private final Declarer declarer;
  private final Scheduler scheduler;
  private final Consumer<PendingSend> exit;
  private final Map<Check, Entry> entries = new HashMap<>();

  Gate(Declarer declarer, Scheduler scheduler, Consumer<PendingSend> exit) {
    this.declarer = declarer;
    this.scheduler = scheduler;
    this.exit = exit;
  }

  /** What is known of one check, and who waits for it. Guarded by the gate. */
  private static final class Entry {
    final Queue<PendingSend> waiting = new ArrayDeque<>();
    boolean known;
    long untilNanos;
  }

  /** Lets a message through now or later, or completes it. */
  void pass(PendingSend send, Check check) {
    synchronized (this) {
      Entry entry = entries.computeIfAbsent(check, key -> new Entry());
      if (entry.known && (check.isLasting() || scheduler.nanoTime() - entry.untilNanos < 0)) {
        exit.accept(send);
        return;
      }
      entry.known = false;
      entry.waiting.add(send);
      if (entry.waiting.size() > 1) {
        return; // asked already
      }
    }
    ask(check);
  }

  private void ask(Check check) {
    declarer
        .ask(check.what(), check::ask)
        .whenComplete((answer, error) -> answered(check, answer, error));
  }

  private void answered(Check check, Check.@Nullable Answer answer, @Nullable Throwable error) {
    boolean unknown =
        answer == Check.Answer.NOT_YET || (error != null && !BrokerErrors.refused(error));
    if (unknown && !isClosed()) {
      scheduler.schedule(ASK_AGAIN, () -> askAgain(check));
      return;
    }
    if (answer == Check.Answer.YES) {
      open(check);
    } else {
      String why = error == null ? "" : String.valueOf(error.getMessage());
      SendResult result =
          error == null ? SendResult.unroutable(check.missing()) : SendResult.refused(why, error);
      remove(check).forEach(send -> send.complete(result));
    }
  }

  private boolean isClosed() {
    return declarer.isClosed();
  }

  private void askAgain(Check check) {
    synchronized (this) {
      Entry entry = entries.get(check);
      if (entry == null || entry.waiting.isEmpty()) {
        entries.remove(check);
        return;
      }
    }
    ask(check);
  }

  private synchronized void open(Check check) {
    Entry entry = entries.get(check);
    if (entry == null) {
      return;
    }
    entry.known = true;
    entry.untilNanos = scheduler.nanoTime() + KNOWN_FOR.toNanos();
    entry.waiting.forEach(exit);
    entry.waiting.clear();
    if (entries.size() > MAX_KNOWN) {
      entries.values().removeIf(other -> other.waiting.isEmpty());
    }
  }

  private synchronized List<PendingSend> remove(Check check) {
    Entry entry = entries.remove(check);
    return entry == null ? List.of() : new ArrayList<>(entry.waiting);
  }

  /** What was known is proven wrong: asked again next time, and whatever misleads is taken away. */
  void disproved(Check check) {
    if (forget(check) && check.hasDelay()) {
      declarer
          .ask("take away " + check.entrance(), check::dismissEntrance)
          .whenComplete(
              (done, error) -> {
                if (error != null) {
                  log.warn("Cannot take away exchange {}", check.entrance(), error);
                }
              });
    }
  }

  private synchronized boolean forget(Check check) {
    Entry entry = entries.get(check);
    return entry != null && entry.waiting.isEmpty() && entries.remove(check, entry);
  }

  /** The connection was lost: another node, or a broker without memory, may answer next. */
  synchronized void forgetAll() {
    entries.values().removeIf(entry -> entry.waiting.isEmpty());
  }

  /** Takes out what is overdue. */
  synchronized void takeOverdue(Deadlines<PendingSend> deadlines) {
    entries.values().forEach(entry -> entry.waiting.removeIf(deadlines::isOverdue));
  }

  /** Completes everything that waits. */
  void close(SendResult result) {
    List<PendingSend> waiting = new ArrayList<>();
    synchronized (this) {
      entries.values().forEach(entry -> waiting.addAll(entry.waiting));
      entries.clear();
    }
    waiting.forEach(send -> send.complete(result));
  }
}
