package dev.parley.bench.load;

import dev.parley.bench.contestant.Contestant;
import java.time.Duration;

/** Streams of replies, one after the other. */
final class ItemsLoad {
  private static final int ITEMS = 2_000;

  private final Contestant.Items items;

  ItemsLoad(Contestant.Items items) {
    this.items = items;
  }

  Measured run(Times times) throws Exception {
    take(times.warmUp());
    Meter meter = new Meter();
    return Measured.of(meter.stop(take(times.measured())));
  }

  private long take(Duration length) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    long taken = 0;
    while (System.nanoTime() < end) {
      items.take(ITEMS);
      taken += ITEMS;
    }
    return taken;
  }
}
