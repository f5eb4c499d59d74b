package dev.parley.bench.load;

import dev.parley.bench.contestant.Contestant;

/** Messages published with confirms, so many of them unconfirmed. */
final class PublishLoad {
  private final Contestant.Sender sender;
  private final Scenario scenario;

  PublishLoad(Contestant.Sender sender, Scenario scenario) {
    this.sender = sender;
    this.scenario = scenario;
  }

  Measured run(Times times) throws Exception {
    return new AsyncLoad(body -> sender.publish((byte[]) body), scenario).run(times);
  }
}
