package dev.parley.redis;

import dev.parley.spi.Scheduler;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleListener;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of entries of a group: delivered, held back, dropped, and in the end settled. Any
 * thread; what it remembers for trimming is guarded by this object's monitor.
 */
final class GroupSettler implements Acknowledger.Owner {

  private static final Logger log = LoggerFactory.getLogger(GroupSettler.class);
  private static final int MAX_ACKNOWLEDGED = 10_000;

  private final Group group;
  private final Window window;
  private final Scheduler scheduler;
  private final Runnable roomAgain;
  private final Acknowledger acknowledger;
  private List<String> acknowledged = new ArrayList<>();

  GroupSettler(Group group, Window window, Scheduler scheduler, Runnable roomAgain) {
    this.group = group;
    this.window = window;
    this.scheduler = scheduler;
    this.roomAgain = roomAgain;
    this.acknowledger = new Acknowledger(group, this);
  }

  /** An entry has come: its time is over, or not yet there, or now. */
  void accept(Group.Taken taken, @Nullable StreamMessage<String, byte[]> message, boolean deliver) {
    long now = scheduler.nanoTime();
    Map<String, byte[]> fields = taken.fields();
    Duration delay = Fields.time(fields, Fields.DELAY);
    Duration ttl = Fields.time(fields, Fields.TTL);
    if (!deliver) {
      ignore(group.release(taken.id(), taken.attempt()), "handing back");
      return;
    }
    if (delay != null || ttl != null) {
      Duration age = group.clock().sinceAtMost(ServerClock.millis(taken.id()), now);
      Duration least = group.clock().sinceAtLeast(ServerClock.millis(taken.id()), now);
      Duration left = delay == null ? Duration.ZERO : delay.minus(least);
      if (left.compareTo(Duration.ZERO) > 0) {
        window.hold(taken.id(), left);
        ignore(group.hold(taken.id(), taken.attempt()), "delaying");
        return;
      }
      if (ttl != null && age.compareTo(delay == null ? ttl : ttl.plus(delay)) >= 0) {
        ignore(group.acknowledge(taken.id()), "dropping what has expired");
        return;
      }
    }
    window.deliver(taken, message, now);
  }

  /** Hands back what was held, for when it is due. */
  void handBack(String id, long dueNanos) {
    Duration left = Duration.ofNanos(Math.max(0, dueNanos - scheduler.nanoTime()));
    ignore(group.handOver(id, left), "handing back");
  }

  void settle(RedisDelivery delivery, Settlement settlement, SettleListener told) {
    switch (settlement.outcome()) {
      case DONE, DEAD -> acknowledger.add(new Acknowledger.Entry(delivery, told));
      case RELEASE -> finish(delivery, told, group.release(delivery.id(), delivery.attempt()));
      case RETRY ->
          finish(
              delivery,
              told,
              group
                  .hold(delivery.id(), settlement.attempt(), settlement.delay())
                  .thenApply(
                      ours -> {
                        window.settled(delivery);
                        if (ours) {
                          window.hold(delivery.id(), settlement.delay());
                        }
                        return ours;
                      }));
    }
  }

  @Override
  public void acknowledged(List<Acknowledger.Entry> entries, List<Boolean> pending) {
    remember(entries);
    entries.forEach(entry -> window.settled(entry.delivery()));
    roomAgain.run(); // once for all of them, so that as many are read together
    for (int i = 0; i < entries.size(); i++) {
      entries.get(i).told().completed(pending.get(i) ? SettleResult.SETTLED : SettleResult.LOST);
    }
  }

  @Override
  public void notAcknowledged(List<Acknowledger.Entry> entries, Throwable error) {
    Throwable why = RedisErrors.unwrap(error);
    entries.forEach(entry -> entry.told().completed(failed(entry.delivery(), why)));
  }

  private void finish(
      RedisDelivery delivery, SettleListener told, CompletionStage<Boolean> settling) {
    var unused =
        settling.whenComplete(
            (settled, error) -> {
              if (error == null) {
                window.settled(delivery);
                roomAgain.run(); // first: a retry is handed back if this is stopping
                told.completed(settled ? SettleResult.SETTLED : SettleResult.LOST);
              } else {
                told.completed(failed(delivery, RedisErrors.unwrap(error)));
              }
            });
  }

  private SettleResult failed(RedisDelivery delivery, Throwable error) {
    if (RedisErrors.code(error).equals("NOGROUP")) {
      delivery.lose();
      return SettleResult.LOST; // the group is made again, and has no memory of this
    }
    return SettleResult.failed(
        SendResult.unknown("settling failed: " + RedisErrors.describe(error), error));
  }

  private synchronized void remember(List<Acknowledger.Entry> entries) {
    for (Acknowledger.Entry entry : entries) {
      if (acknowledged.size() < MAX_ACKNOWLEDGED) { // else a later trimming sees to it
        acknowledged.add(entry.delivery().id());
      }
    }
  }

  /** What was acknowledged since this was asked last. */
  synchronized List<String> takeAcknowledged() {
    List<String> ids = acknowledged;
    acknowledged = new ArrayList<>();
    return ids;
  }

  private void ignore(CompletionStage<?> stage, String what) {
    var unused =
        stage.whenComplete(
            (done, error) -> {
              if (error != null) {
                log.debug("{} an entry of {} failed; it is claimed later", what, group, error);
              }
            });
  }
}
