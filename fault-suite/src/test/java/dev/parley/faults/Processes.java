package dev.parley.faults;

import java.time.Duration;
import java.util.List;

/** What can happen to processes that consume, whatever the broker is. */
final class Processes {

  private static final Duration TERM_LIMIT = Duration.ofSeconds(40);

  private Processes() {}

  /** A process may be frozen for longer than that heartbeat. */
  static List<Breakage> breakages(Duration heartbeat) {
    return List.of(
        Breakage.of(
                "consumer kill -9", scene -> scene.crew().last().program().kill(), Processes::hire)
            .withWorker(),
        Breakage.of(
                "consumer SIGTERM",
                scene -> scene.crew().last().program().terminate(TERM_LIMIT),
                Processes::hire)
            .withWorker(),
        Breakage.of(
                "consumer SIGSTOP",
                scene -> scene.crew().last().program().freeze(),
                scene -> scene.crew().last().program().thaw())
            .lasting(heartbeat.multipliedBy(3))
            .withWorker(),
        Breakage.of(
            "consumers join and leave",
            scene -> {
              scene.crew().hire();
              Worker second = scene.crew().last();
              scene.crew().hire();
              second.program().terminate(TERM_LIMIT);
              scene.crew().last().program().terminate(TERM_LIMIT);
            }));
  }

  private static void hire(Scene scene) throws Exception {
    scene.crew().hire();
  }
}
