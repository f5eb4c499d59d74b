package dev.parley.faults;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What this process takes at one moment, after a collection of garbage.
 *
 * @param heapBytes what is reachable, roughly
 */
record Footprint(Remains remains, long heapBytes) {

  private static final int COLLECTIONS = 3; // what one finds, the next one frees
  private static final long MEGABYTE = 1L << 20;

  static Footprint now() throws IOException {
    for (int i = 0; i < COLLECTIONS; i++) {
      ManagementFactory.getMemoryMXBean().gc();
    }
    return new Footprint(
        Remains.now(), ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  long megabytes() {
    return heapBytes / MEGABYTE;
  }

  /** What is more than it was, in words, where so much more heap is no matter. */
  List<String> since(Footprint before, long slackMegabytes) {
    List<String> more = new ArrayList<>(remains.since(before.remains));
    more.addAll(heapSince(before, slackMegabytes));
    return more;
  }

  /** As {@link #since}, without the threads of pools that are at work. */
  List<String> heapSince(Footprint before, long slackMegabytes) {
    return heapBytes - before.heapBytes > slackMegabytes * MEGABYTE
        ? List.of("heap %d MB, was %d MB".formatted(megabytes(), before.megabytes()))
        : List.of();
  }
}
