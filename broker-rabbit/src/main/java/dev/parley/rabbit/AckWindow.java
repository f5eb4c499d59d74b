package dev.parley.rabbit;

import java.util.HashSet;
import java.util.Set;

/**
 * Which delivery tags of a channel are settled: everything up to a prefix, and some beyond.
 *
 * <p>An acknowledgement of many at once is only right below the prefix. Confined to the settling
 * thread, but for the prefix, which any thread may read.
 */
final class AckWindow {

  private final Set<Long> beyond = new HashSet<>();
  private volatile long prefix;

  /** The tag is settled. */
  void settled(long tag) {
    if (tag != prefix + 1) {
      beyond.add(tag);
      return;
    }
    long end = tag;
    while (!beyond.isEmpty() && beyond.remove(end + 1)) {
      end++;
    }
    prefix = end;
  }

  /** Every tag up to this one is settled. */
  long prefix() {
    return prefix;
  }
}
