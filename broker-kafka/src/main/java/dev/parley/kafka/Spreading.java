package dev.parley.kafka;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which partition a message without a key goes to: one after the other, so that all consumers have
 * work, but several messages in a row to the same one while many are on their way. The producer
 * writes those as one batch, which costs its broker hardly more than one message; a batch for each
 * message and partition is what {@code linger.ms=0} would make of them.
 *
 * <p>Kafka's own client stays with a partition for 16 KiB, and so with one consumer, however long
 * that takes. Here a run is at most a quarter of what is on its way, so a few slow messages are
 * spread as evenly as can be, and of many no consumer gets more than a quarter too much.
 *
 * <p>Any thread; the partition and what is left of its run are one atomic number.
 */
final class Spreading {

  private static final int SHARE = 4;
  private static final int LONGEST_RUN = 64;

  private final AtomicLong place =
      new AtomicLong((long) ThreadLocalRandom.current().nextInt(1 << 16) << Integer.SIZE);

  /**
   * The partition of the next message.
   *
   * @param partitions how many there are
   * @param underWay how many messages are on their way to any topic
   */
  int next(int partitions, int underWay) {
    long now = place.get();
    while (true) {
      int turn = (int) (now >>> Integer.SIZE);
      int left = (int) now;
      if (left == 0) {
        turn++;
        left = Math.max(1, Math.min(LONGEST_RUN, underWay / SHARE));
      }
      long after = ((long) turn << Integer.SIZE) | (left - 1);
      if (place.compareAndSet(now, after)) {
        return Math.floorMod(turn, partitions);
      }
      now = place.get();
    }
  }
}
