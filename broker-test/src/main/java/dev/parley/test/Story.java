package dev.parley.test;

import dev.parley.Broker;
import dev.parley.Subscription;
import dev.parley.memory.MemoryBroker;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a failed expectation tells: what happened instead, who handles what, and where messages are.
 * Any thread may call it.
 */
final class Story {

  private static final int LAST = 20;

  private final Recorder recorder;
  private final RunningHandlers running;
  private final MemoryBroker memory;
  private final Broker broker;

  Story(Recorder recorder, RunningHandlers running, MemoryBroker memory, Broker broker) {
    this.recorder = recorder;
    this.running = running;
    this.memory = memory;
    this.broker = broker;
  }

  /** The expectation that failed, and all of it. */
  AssertionError failure(String headline) {
    return new AssertionError(
        headline + "\n" + happened() + "\n" + handlers() + held() + stillRunning());
  }

  private String happened() {
    List<Event> events = recorder.events();
    if (events.isEmpty()) {
      return "  Nothing was sent or handled.";
    }
    int skipped = Math.max(0, events.size() - LAST);
    String which = skipped == 0 ? "" : ", the last " + LAST + " of " + events.size();
    return "  What happened"
        + which
        + ":\n"
        + events.stream()
            .skip(skipped)
            .map(event -> "    - " + event.describe())
            .collect(Collectors.joining("\n"));
  }

  private String handlers() {
    List<Subscription> all = broker.subscriptions();
    return all.isEmpty()
        ? "  There are no handlers."
        : "  Handlers: "
            + all.stream()
                .map(each -> "\"" + each.name() + "\" (" + each.state() + ")")
                .collect(Collectors.joining(", "));
  }

  private String held() {
    List<MemoryBroker.Held> filled =
        memory.held().stream().filter(held -> held.messages() > 0).toList();
    return filled.isEmpty()
        ? "\n  All queues are empty."
        : filled.stream()
            .map(
                held ->
                    "\n  "
                        + Text.count(held.messages(), "message")
                        + " in "
                        + held.source()
                        + (held.consumed() ? ", waiting or unsettled" : ", which nobody handles"))
            .collect(Collectors.joining());
  }

  private String stillRunning() {
    return running.describe().stream()
        .map(each -> "\n  Running: " + each)
        .collect(Collectors.joining());
  }
}
