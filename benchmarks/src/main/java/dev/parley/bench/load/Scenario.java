package dev.parley.bench.load;

import dev.parley.bench.contestant.Work;
import java.util.List;

/**
 * One kind of work.
 *
 * @param name as it is given and printed, such as {@code calls-256}
 * @param kind what is done
 * @param size how many callers, calls in flight, messages outstanding, or calls a second
 * @param work what the handler does
 */
public record Scenario(String name, Kind kind, int size, Work work) {
  private static final int SMALL = 100;
  private static final int MEDIUM = 10_000;
  private static final int LARGE = 1_000_000;
  private static final int LARGE_IN_FLIGHT = 8;

  /** What is done. */
  public enum Kind {
    /** Callers that wait for each reply. */
    BLOCKING,
    /** One caller with futures. */
    ASYNC,
    /** Calls at a fixed rate, whatever the replies do. */
    RATE,
    /** Messages published with confirms. */
    PUBLISH,
    /** Messages consumed and acknowledged. */
    CONSUME,
    /** Streamed replies. */
    ITEMS
  }

  /** From calls one at a time up to 10,000 in flight, then all else. */
  public static final List<Scenario> ALL =
      List.of(
          calls("calls-1", Kind.BLOCKING, 1),
          calls("calls-16", Kind.BLOCKING, 16),
          calls("calls-64", Kind.BLOCKING, 64),
          calls("calls-256", Kind.ASYNC, 256),
          calls("calls-1024", Kind.ASYNC, 1_024),
          calls("calls-10000", Kind.ASYNC, 10_000),
          calls("rate-1000", Kind.RATE, 1_000),
          calls("rate-4000", Kind.RATE, 4_000),
          new Scenario("publish-64", Kind.PUBLISH, 64, new Work(SMALL)),
          new Scenario("consume", Kind.CONSUME, 1, new Work(SMALL)),
          new Scenario("items", Kind.ITEMS, 1, new Work(SMALL)),
          new Scenario("echo-100B", Kind.ASYNC, 64, new Work(SMALL)),
          new Scenario("echo-10KB", Kind.ASYNC, 64, new Work(MEDIUM)),
          new Scenario("echo-1MB", Kind.ASYNC, LARGE_IN_FLIGHT, new Work(LARGE)));

  private static Scenario calls(String name, Kind kind, int size) {
    return new Scenario(name, kind, size, Work.ADD);
  }

  /** The one of that name; throws {@link IllegalArgumentException} naming the known ones. */
  public static Scenario named(String name) {
    return ALL.stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"%s\" is no scenario; known are %s"
                        .formatted(name, ALL.stream().map(Scenario::name).toList())));
  }
}
