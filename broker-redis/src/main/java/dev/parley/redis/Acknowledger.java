package dev.parley.redis;

import dev.parley.spi.SettleListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges entries of one group: the first at once, and what comes while that is under way
 * together, in one command. So a lone message waits for nothing, and many cost little each.
 *
 * <p>Any thread adds; answers come on Lettuce's threads. What waits and whether a command is under
 * way are guarded by this object's monitor; the prefetch bounds what waits.
 */
final class Acknowledger {

  private static final int MOST = 1_000; // in one command, which stops the server for its length

  /** One delivery that is done with, and who wants to know. */
  record Entry(RedisDelivery delivery, SettleListener told) {}

  /** Hears of each command; must not block. */
  interface Owner {

    /** Redis has answered, for each entry whether it was still pending. */
    void acknowledged(List<Entry> entries, List<Boolean> pending);

    /** It has not, or with an error. */
    void notAcknowledged(List<Entry> entries, Throwable error);
  }

  private final Group group;
  private final Owner owner;
  private List<Entry> waiting = new ArrayList<>();
  private boolean underWay;

  Acknowledger(Group group, Owner owner) {
    this.group = group;
    this.owner = owner;
  }

  void add(Entry entry) {
    synchronized (this) {
      waiting.add(entry);
      if (underWay) {
        return;
      }
      underWay = true;
    }
    send();
  }

  private void send() {
    List<Entry> entries = take();
    if (entries == null) {
      return;
    }
    List<String> ids = entries.stream().map(entry -> entry.delivery().id()).toList();
    var unused =
        group
            .acknowledge(ids)
            .whenComplete(
                (pending, error) -> {
                  send();
                  if (error == null) {
                    owner.acknowledged(entries, pending);
                  } else {
                    owner.notAcknowledged(entries, error);
                  }
                });
  }

  /** What the next command is for; null when there is nothing to do. */
  private synchronized @Nullable List<Entry> take() {
    if (waiting.isEmpty()) {
      underWay = false;
      return null;
    }
    List<Entry> all = waiting;
    if (all.size() <= MOST) {
      waiting = new ArrayList<>();
      return all;
    }
    waiting = new ArrayList<>(all.subList(MOST, all.size()));
    return all.subList(0, MOST);
  }
}
