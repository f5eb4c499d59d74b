package dev.parley.redis;

import dev.parley.spi.Scheduler;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one consumer holds: deliveries that are not settled, room promised to reads under way, and
 * ids that are held back. Never more than the prefetch is delivered, read or taken at once.
 *
 * <p>Any thread; its fields are guarded by this object's monitor, and nothing else is called with
 * it held but the queue of the teller.
 */
final class Window {

  private static final int MAX_TAKE = 64;
  private static final Duration TAKE_AGAIN = Duration.ofMillis(500);

  private final int prefetch;
  private final RedisDelivery.Owner owner;
  private final String stream;
  private final ServerClock clock;
  private final Scheduler scheduler;
  private final StateTeller teller;
  private final Map<String, RedisDelivery> open = new HashMap<>();
  private final Held held = new Held();
  private int reserved;
  private int taking;

  Window(
      int prefetch,
      RedisDelivery.Owner owner,
      String stream,
      ServerClock clock,
      Scheduler scheduler,
      StateTeller teller) {
    this.prefetch = prefetch;
    this.owner = owner;
    this.stream = stream;
    this.clock = clock;
    this.scheduler = scheduler;
    this.teller = teller;
  }

  /** How many more may be read. */
  synchronized int room() {
    return Math.max(0, prefetch - open.size() - reserved - taking);
  }

  /** How many more are worth claiming. */
  synchronized int wanting() {
    int waiting = held.countDue(scheduler.nanoTime(), prefetch);
    return Math.max(0, prefetch - open.size() - taking - waiting);
  }

  synchronized void reserve(int count) {
    reserved += count;
  }

  synchronized void unreserve(int count) {
    reserved -= count;
  }

  /** Whether something held is due, room or not. */
  synchronized boolean isDue() {
    return held.isDue(scheduler.nanoTime());
  }

  /** How long until something held is due; null when nothing is. */
  synchronized @Nullable Duration untilDue() {
    Long next = held.nextNanos();
    return next == null ? null : Duration.ofNanos(Math.max(0, next - scheduler.nanoTime()));
  }

  /** Takes out ids that are due, as far as there is room, to be followed by {@link #untake}. */
  synchronized List<String> takeDue() {
    List<String> due = held.takeDue(scheduler.nanoTime(), Math.min(MAX_TAKE, room()));
    taking += due.size();
    return due;
  }

  synchronized void untake(int count) {
    taking -= count;
  }

  synchronized boolean isTaking() {
    return taking > 0;
  }

  /** Holds what this consumer has and does not know of, each for its time. */
  synchronized void holdUnknown(Map<String, Duration> waits) {
    waits.forEach(
        (id, wait) -> {
          if (!open.containsKey(id)) {
            hold(id, wait);
          }
        });
  }

  synchronized void hold(String id, Duration wait) {
    held.add(id, scheduler.nanoTime() + wait.toNanos());
  }

  /** Holds what could not be taken; not in a tight loop. */
  synchronized void holdAgain(List<String> ids) {
    ids.forEach(id -> hold(id, TAKE_AGAIN));
  }

  /** Takes out everything held, with when it is due. */
  synchronized Map<String, Long> takeHeld() {
    Map<String, Long> all = held.all();
    held.clear();
    return all;
  }

  /** Delivers. */
  synchronized void deliver(
      Group.Taken taken, @Nullable StreamMessage<String, byte[]> message, long receivedNanos) {
    Object nativeMessage =
        message == null ? new StreamMessage<>(stream, taken.id(), taken.fields()) : message;
    RedisDelivery delivery =
        new RedisDelivery(
            owner,
            taken.id(),
            Fields.read(taken.fields()),
            nativeMessage,
            taken.attempt(),
            clock.sinceAtMost(ServerClock.millis(taken.id()), receivedNanos),
            receivedNanos);
    open.put(taken.id(), delivery);
    teller.add(delivery);
  }

  /** How many deliveries are not settled. */
  synchronized int size() {
    return open.size();
  }

  /** It is settled: there is room for another. */
  synchronized void settled(RedisDelivery delivery) {
    open.remove(delivery.id(), delivery);
  }

  /** Another consumer has these. */
  synchronized void lose(List<String> ids) {
    for (String id : ids) {
      held.remove(id);
      RedisDelivery delivery = open.remove(id);
      if (delivery != null) {
        delivery.lose();
      }
    }
  }

  /** All is lost. */
  synchronized void loseAll() {
    open.values().forEach(RedisDelivery::lose);
    open.clear();
    held.clear();
  }

  /** The ids of everything that is pending with this consumer. */
  synchronized List<String> pending() {
    List<String> ids = new ArrayList<>(open.keySet());
    ids.addAll(held.all().keySet());
    return ids;
  }
}
