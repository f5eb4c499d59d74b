package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.SubscriptionState;
import dev.parley.spi.Capability;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contract §4 and §5: a network that falls silent without a connection being closed. */
@Timeout(60)
abstract class SilenceContract extends Chapter {

  private Network network;

  @BeforeEach
  void openNetwork() {
    fixture.require(Fault.SILENCE);
    network = fixture.closing(fixture.server().network());
  }

  private Broker overNetwork() {
    Broker.Builder builder = fixture.builder().url(network.url());
    network.settings().forEach(builder::setting);
    return fixture.open(builder);
  }

  @Test
  void aCallInFlightEndsWithinTwoHeartbeatsWhereItsReplyIsLost() throws Exception {
    String queue = fixture.name("silent");
    Gate gate = new Gate();
    fixture.started(
        on ->
            on.subscribe(
                queue,
                String.class,
                body -> {
                  gate.pass();
                  return body;
                }));
    Broker client = overNetwork();
    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class));
    gate.awaitEntered(1);
    long begin = System.nanoTime();

    network.silence();

    if (fixture.capabilities().contains(Capability.REPLY_SURVIVES_RECONNECT)) {
      gate.open();
      network.restore();
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("x");
    } else {
      Expect.fails(ErrorCode.CONNECTION_LOST, call);
      assertThat(Expect.since(begin)).isLessThan(network.noticedWithin().plus(Expect.AT_ONCE));
      gate.open();
    }
    Expect.noCallInFlight(client);
  }

  @Test
  void aConsumerInSilenceSaysSoAndComesBack() {
    String queue = fixture.name("silent");
    Broker server = overNetwork();
    server.subscribe(queue, String.class, body -> body);
    server.start();

    network.silence();
    await()
        .until(
            () ->
                server.subscription(queue).orElseThrow().state() != SubscriptionState.RUNNING
                    && !server.health().healthy());
    network.restore();

    Expect.running(server, queue);
    assertThat(fixture.broker().publish("x", to(queue).callback(String.class))).isEqualTo("x");
  }

  @Test
  void aPublishInSilenceFailsAtItsDeadline() {
    String queue = fixture.name("silent");
    Broker client = overNetwork();
    client.declare(queue);
    client.publish("x", to(queue));
    Duration limit = Duration.ofMillis(500);
    network.silence();
    long begin = System.nanoTime();

    Expect.fails(ErrorCode.PUBLISH_FAILED, () -> client.publish("y", to(queue).timeout(limit)));

    assertThat(Expect.since(begin)).isLessThan(limit.plus(Expect.AT_ONCE));
  }

  @Test
  void aServerThatReconnectsGoesOnWithAStreamThatWaitsForItsCaller() {
    Counts counts = new Counts();
    Broker server = overNetwork();
    server.register(counts);
    server.start();
    Iterator<Integer> items =
        fixture.broker().stream(2_000, to(fixture.name("count")).callback(Integer.class).credit(10))
            .iterator();
    assertThat(items.next()).isEqualTo(1);
    await().until(() -> server.counters().get(Counter.ITEMS_SENT) == 10); // nothing is under way

    network.restore(); // cuts the server's connections, and with them what is theirs alone

    for (int i = 2; i <= 2_000; i++) {
      assertThat(items.next()).isEqualTo(i);
    }
    assertThat(items.hasNext()).isFalse();
  }

  @Test
  void closeIsBoundedInSilence() {
    String queue = fixture.name("silent");
    Broker server = overNetwork();
    server.subscribe(queue, String.class, body -> body);
    server.start();
    network.silence();
    long begin = System.nanoTime();

    server.close(Duration.ofSeconds(1));

    assertThat(Expect.since(begin)).isLessThan(Duration.ofSeconds(20));
    Fixture.awaitNoThreadOf(server.name());
  }
}
