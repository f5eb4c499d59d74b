package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.Expect.await;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.conformance.DoomedPeer.Role;
import dev.parley.conformance.brokers.ChildJvm;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contract §4: one side of a call is killed, and the other one learns it. */
@Timeout(90)
abstract class DeathContract extends Chapter {

  private static final String HEARTBEAT = "stream.heartbeat";
  private static final Duration JVM_STARTS = ofSeconds(30);

  private String queue;

  @BeforeEach
  void requireProcesses() {
    fixture.require(Fault.KILL_PROCESS);
    queue = fixture.name("doomed");
  }

  private ChildJvm peer(Role role, String... settings) {
    Map<String, String> all = fixture.settingsWith(settings);
    return fixture.closing(DoomedPeer.start(role, queue, all));
  }

  @Test
  void aProducerWhoseCallerWasKilledStopsWithinTenSeconds() {
    AtomicInteger produced = new AtomicInteger();
    AtomicBoolean closed = new AtomicBoolean();
    Broker server =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    Integer.class,
                    n ->
                        IntStream.iterate(1, i -> i + 1)
                            .peek(produced::set)
                            .boxed()
                            .onClose(() -> closed.set(true))));
    ChildJvm caller = peer(Role.STREAM_CALLER);
    await()
        .atMost(JVM_STARTS)
        .untilAsserted(() -> assertThat(produced.get()).as(caller.output()).isPositive());

    caller.kill();
    long begin = System.nanoTime();

    await().untilTrue(closed);
    assertThat(Expect.since(begin)).isLessThan(ofSeconds(10).plus(ofSeconds(1)));
    Expect.counter(server, Counter.CANCELLED, 1);
    assertThat(produced.get()).isLessThanOrEqualTo(50 + 50);
  }

  @Test
  void aStreamWhoseServerWasKilledEndsWithConnectionLost() {
    ChildJvm server = peer(Role.STREAM_SERVER, HEARTBEAT, "500ms");
    Broker client = fixture.broker(HEARTBEAT, "500ms");
    client.declare(queue);
    Iterator<Integer> items;
    try (Stream<Integer> stream = client.stream(1, to(queue).callback(Integer.class).credit(10))) {
      items = stream.iterator();
      assertThat(items.next()).as(server.output()).isEqualTo(1);

      server.kill();
      long begin = System.nanoTime();

      assertThatThrownBy(() -> items.forEachRemaining(item -> {}))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("no sign for PT1.5S");
      assertThat(Expect.since(begin)).isLessThan(ofSeconds(10));
    }
    Expect.noCallInFlight(client);
  }

  @Test
  void aCallWhoseServerWasKilledFailsBeforeItsTimeout() throws Exception {
    Seen<Integer> begun = new Seen<>();
    Broker client =
        fixture.started(
            on -> on.consume(DoomedPeer.begun(queue), Integer.class, begun), HEARTBEAT, "500ms");
    client.declare(queue);
    ChildJvm server = peer(Role.SILENT_SERVER, HEARTBEAT, "500ms");
    CompletableFuture<Integer> call =
        client.publishAsync(1, to(queue).callback(Integer.class).timeout(ofSeconds(60)));
    awaitSign(call, begun, ofMillis(500));

    server.kill();
    long begin = System.nanoTime();

    BrokerException failure = Expect.fails(ErrorCode.CONNECTION_LOST, call);
    assertThat(failure).hasMessageContaining("no sign for PT1.5S");
    assertThat(Expect.since(begin)).isLessThan(ofSeconds(10));
    Expect.noCallInFlight(client);
  }

  /** Waits until the server has the request, and has given a sign of it. */
  private void awaitSign(CompletableFuture<Integer> call, Seen<Integer> begun, Duration heartbeat) {
    await().atMost(JVM_STARTS).until(() -> begun.waiting() == 1);
    Expect.letPass(heartbeat.multipliedBy(4)); // the caller shows nothing of a sign
    assertThat(call).isNotDone();
  }

  @Test
  void aCallWhoseServerWasKilledIsAnsweredByAnotherOrFailsBeforeItsTimeout() throws Exception {
    Seen<Integer> begun = new Seen<>();
    Broker client =
        fixture.started(
            on -> on.consume(DoomedPeer.begun(queue), Integer.class, begun), HEARTBEAT, "1s");
    client.declare(queue);
    ChildJvm server = peer(Role.SILENT_SERVER, HEARTBEAT, "1s");
    CompletableFuture<Integer> call =
        client.publishAsync(1, to(queue).callback(Integer.class).timeout(ofSeconds(60)));
    awaitSign(call, begun, ofSeconds(1));

    server.kill();
    fixture.started(on -> on.subscribe(queue, Integer.class, n -> n + 1), HEARTBEAT, "1s");

    try {
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo(2); // the broker delivered it again
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(ConnectionLostException.class);
    }
    Expect.noCallInFlight(client);
  }
}
