package dev.parley.faults;

import static dev.parley.PublishOptions.to;

import dev.parley.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts and stops a broker object many times; nothing is left. Used by one thread. */
record StartAndStop(Names names, int cycles) {

  private static final Duration ENDING = Duration.ofSeconds(20);
  private static final long HEAP_SLACK_MEGABYTES = 16;

  /** What is wrong, in words. */
  List<String> play(Site site) throws Exception {
    List<String> mistakes = new ArrayList<>();
    cycle(site); // what libraries keep for ever is here then
    Footprint before = Footprint.now();
    for (int i = 0; i < cycles; i++) {
      cycle(site);
    }
    mistakes.addAll(
        Patience.untilNone(ENDING, () -> Footprint.now().since(before, HEAP_SLACK_MEGABYTES)));
    mistakes.addAll(Patience.untilNone(ENDING, site::left));
    return mistakes;
  }

  private void cycle(Site site) {
    try (Broker broker = Round.broker(site.directSettings())) {
      broker.subscribe(names.echo(), Integer.class, number -> number);
      broker.start();
      Integer reply = broker.publish(1, to(names.echo()).callback(Integer.class).raiseTimeout());
      if (reply == null || reply != 1) {
        throw new AssertionError("1 was answered with " + reply);
      }
    }
  }
}
