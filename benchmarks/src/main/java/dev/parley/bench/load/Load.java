package dev.parley.bench.load;

import dev.parley.bench.contestant.Contestant;
import java.util.UUID;

/** Puts one scenario on a contestant that has both sides in this process. */
public final class Load {
  private Load() {}

  /** Warms up, measures, and checks that what came was right. */
  public static Measured run(Contestant contestant, Scenario scenario, Times times)
      throws Exception {
    String queue = "bench-" + scenario.name() + "-" + UUID.randomUUID();
    contestant.declare(queue);
    return switch (scenario.kind()) {
      case BLOCKING, ASYNC, RATE -> {
        contestant.serve(queue, scenario.work());
        Contestant.Caller caller = contestant.caller(queue, scenario.work());
        scenario.work().check(caller.call(scenario.work().request()));
        yield calls(scenario, caller, times);
      }
      case PUBLISH -> new PublishLoad(contestant.sender(queue), scenario).run(times);
      case CONSUME -> new ConsumeLoad(contestant, scenario, queue).run(times);
      case ITEMS -> {
        contestant.serveItems(queue);
        yield new ItemsLoad(contestant.items(queue)).run(times);
      }
    };
  }

  private static Measured calls(Scenario scenario, Contestant.Caller caller, Times times)
      throws Exception {
    return switch (scenario.kind()) {
      case BLOCKING -> new BlockingLoad(caller, scenario).run(times);
      case RATE -> new RateLoad(caller, scenario).run(times);
      default -> new AsyncLoad(caller::callAsync, scenario).run(times);
    };
  }
}
