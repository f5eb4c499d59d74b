package dev.parley.conformance;

import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.DeadLetters;
import dev.parley.conformance.DoomedPeer.Role;
import dev.parley.conformance.brokers.ChildJvm;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Contract §3: whatever ends a replay in the middle, every message is back in its queue or still a
 * dead letter, and the next replay brings the rest. Some may be there twice.
 */
@Timeout(180)
abstract class InterruptedReplayContract extends Chapter {

  private static final int MANY = 4 * DoomedPeer.FIRST_PART;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Set<String> handled = ConcurrentHashMap.newKeySet();

  /** What a handler has failed with for good. */
  private Set<String> buried(String queue) {
    String[] bodies = IntStream.range(0, MANY).mapToObj(i -> "m" + i).toArray(String[]::new);
    Burials.bury(fixture, queue, bodies);
    return new TreeSet<>(List.of(bodies));
  }

  /** Another broker object, which handles what is back. */
  private Broker handling(String queue, Map<String, String> settings) {
    Broker.Builder builder = fixture.builder();
    settings.forEach(builder::setting);
    Broker server = fixture.open(builder);
    server.consume(queue, String.class, handled::add);
    server.start();
    return server;
  }

  /** The broker may have to find out first that somebody is gone. */
  private void assertEachIsBackOrStillADeadLetter(DeadLetters letters, Set<String> all) {
    Expect.await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              Set<String> there = new HashSet<>(Burials.bodies(letters.list(2 * MANY)));
              there.addAll(handled);
              assertThat(there).containsExactlyInAnyOrderElementsOf(all);
            });
  }

  private void assertAnotherReplayBringsTheRest(DeadLetters letters, Set<String> all) {
    Expect.await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              letters.replay(2 * MANY);
              assertThat(handled).containsExactlyInAnyOrderElementsOf(all);
            });
    assertThat(letters.list(1)).isEmpty();
  }

  @Test
  void aReplayWhoseConnectionsAreCutAgainAndAgainLosesNothing() {
    fixture.require(Fault.SILENCE); // which takes a network of its own, and that is cut
    String queue = fixture.name("cut");
    Set<String> all = buried(queue);
    Network network = fixture.closing(fixture.server().network());
    Broker.Builder builder = fixture.builder("broker.url", network.url());
    network.settings().forEach(builder::setting);
    DeadLetters cutOff = fixture.open(builder).deadLetters(queue);
    AtomicInteger looked = new AtomicInteger();

    Throwable failure =
        catchThrowable(
            () ->
                cutOff.replay(
                    MANY,
                    letter -> {
                      if (looked.incrementAndGet() % DoomedPeer.FIRST_PART == 0) {
                        network.cut(); // with those before it under way
                      }
                      return true;
                    }));

    assertThat(looked).hasValueGreaterThanOrEqualTo(DoomedPeer.FIRST_PART);
    if (failure != null) {
      assertThat(failure).isInstanceOf(BrokerException.class);
    }
    DeadLetters letters = handling(queue, Map.of()).deadLetters(queue);
    assertEachIsBackOrStillADeadLetter(letters, all);
    assertAnotherReplayBringsTheRest(letters, all);
  }

  @Test
  void aReplayWhoseProcessDiesInTheMiddleLosesNothing() {
    fixture.require(Fault.KILL_PROCESS);
    String queue = fixture.name("killed");
    Set<String> all = buried(queue);
    Seen<Integer> begun = new Seen<>();
    fixture.started(on -> on.consume(DoomedPeer.begun(queue), Integer.class, begun));
    Map<String, String> settings = new HashMap<>(fixture.settingsWith());
    settings.putAll(fixture.server().deathSettings());
    ChildJvm replaying = fixture.closing(DoomedPeer.start(Role.REPLAYER, queue, settings));

    Expect.await().atMost(LIMIT).until(() -> !replaying.isAlive());

    assertThat(begun.waiting()).as(replaying.output()).isOne();
    DeadLetters letters = handling(queue, fixture.server().deathSettings()).deadLetters(queue);
    assertEachIsBackOrStillADeadLetter(letters, all);
    assertThat(handled).as("what came back").isNotEmpty();
    assertThat(Burials.bodies(letters.list(2 * MANY))).as("what did not").isNotEmpty();
    assertAnotherReplayBringsTheRest(letters, all);
  }
}
