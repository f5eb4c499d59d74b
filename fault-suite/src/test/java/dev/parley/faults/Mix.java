package dev.parley.faults;

import dev.parley.faults.Breakage.Traits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Several things that go wrong at once, drawn by the seed of the round: one of the server, one of
 * the network, one of the processes.
 */
record Mix(List<Breakage> server, List<Breakage> network, List<Breakage> processes) {

  private static final int PAUSE_MILLIS = 300;

  /** What was drawn. */
  private record Draw(Breakage server, Breakage network, Breakage process) {}

  Breakage breakage() {
    boolean losesQueue = server.stream().anyMatch(each -> each.traits().losesQueue());
    Traits traits = new Traits(Duration.ofSeconds(1), Duration.ZERO, losesQueue, true);
    return new Breakage("mixed", traits, this::strike, this::heal);
  }

  private void strike(Scene scene) throws Exception {
    Draw draw = draw(scene);
    // The network first, because what is to be torn must still be on its way.
    for (Breakage each : List.of(draw.network(), draw.server(), draw.process())) {
      each.strike().on(scene);
      Thread.sleep(scene.random().nextInt(PAUSE_MILLIS)); // so that they overlap at random
    }
  }

  private void heal(Scene scene) throws Exception {
    Draw draw = draw(scene);
    // A new process needs its broker, and the way to it.
    for (Breakage each : List.of(draw.server(), draw.network(), draw.process())) {
      each.heal().on(scene);
    }
  }

  /** The same for the whole round. */
  private Draw draw(Scene scene) {
    Random random = new Random(scene.names().prefix().hashCode());
    return new Draw(pick(server, random), pick(network, random), pick(processes, random));
  }

  private static Breakage pick(List<Breakage> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  /** All that can go wrong with a site, one by one and at once. */
  static List<Breakage> andItsParts(
      List<Breakage> server, List<Breakage> network, Duration heartbeat) {
    List<Breakage> processes = Processes.breakages(heartbeat);
    List<Breakage> all = new ArrayList<>();
    all.add(Breakage.of("nothing", scene -> {}));
    all.addAll(server);
    all.addAll(network);
    all.addAll(processes);
    all.add(of(server, network, processes).breakage());
    return all;
  }

  /** Those whose process is hired with the round; the others hire when a broker may be down. */
  private static Mix of(List<Breakage> server, List<Breakage> network, List<Breakage> processes) {
    Stream<Breakage> hired = processes.stream().filter(each -> each.traits().worker());
    return new Mix(server, network, hired.toList());
  }
}
