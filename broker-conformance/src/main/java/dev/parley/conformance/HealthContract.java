package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Health;
import dev.parley.SubscriptionState;
import dev.parley.spi.ConnectionState;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contract §5: health tells the truth, in every fault: "running" means consuming. */
@Timeout(120)
abstract class HealthContract extends Chapter {

  /** How long it may take to see that a socket was closed. */
  private static final Duration NOTICED = Duration.ofSeconds(5);

  @AfterEach
  void endTheFault() {
    if (fixture.server().unavailable(Fault.STOP).isEmpty()) {
      fixture.server().start();
    }
    if (fixture.server().unavailable(Fault.BLOCK_PUBLISHERS).isEmpty()) {
      fixture.server().unblockPublishers();
    }
  }

  private static Health.Subscription subscription(Broker broker, String queue) {
    return broker.health().subscription(queue).orElseThrow();
  }

  private Broker echo(String queue) {
    return fixture.started(on -> on.subscribe(queue, String.class, body -> body));
  }

  /** Waits until nothing is said to be up or to consume. */
  private static void assertNotConsuming(
      Broker broker, String queue, Instant fault, Duration within) {
    Expect.await()
        .atMost(within)
        .untilAsserted(
            () -> {
              Health health = broker.health();
              assertThat(health.healthy()).isFalse();
              Health.Subscription consuming = health.subscription(queue).orElseThrow();
              assertThat(consuming.state()).isNotEqualTo(SubscriptionState.RUNNING);
              assertThat(consuming.lastError()).isNotBlank();
              assertThat(consuming.since()).isAfterOrEqualTo(fault);
            });
  }

  /** After the time to notice, what is said to consume does consume. */
  private void assertTruthful(Broker server, String queue, Instant fault, Duration within) {
    Expect.await()
        .atMost(Expect.RECOVERY)
        .until(
            () ->
                subscription(server, queue).state() == SubscriptionState.RUNNING
                    && Duration.between(fault, Instant.now()).compareTo(within) > 0);
    String reply =
        fixture
            .broker()
            .publish("x", to(queue).callback(String.class).timeout(NOTICED).raiseTimeout());
    assertThat(reply).isEqualTo("x");
    Expect.running(server, queue);
  }

  @Test
  void eachStateSaysSinceWhen() {
    String queue = fixture.name("states");
    Instant begin = Instant.now();
    Broker server = fixture.broker();
    server.subscribe(queue, String.class, body -> body);
    assertThat(subscription(server, queue).state()).isEqualTo(SubscriptionState.REGISTERED);
    server.start();
    Health.Subscription running = subscription(server, queue);
    assertThat(running.state()).isEqualTo(SubscriptionState.RUNNING);
    assertThat(running.since()).isBetween(begin, Instant.now());
    assertThat(running.inFlight()).isZero();
    assertThat(server.health().connections())
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.since()).isBetween(begin, Instant.now()));

    server.subscription(queue).orElseThrow().pause();

    Expect.await().until(() -> subscription(server, queue).state() == SubscriptionState.PAUSED);
    assertThat(subscription(server, queue).since()).isAfterOrEqualTo(running.since());
    assertThat(server.health().healthy()).isTrue();
    server.close();
    assertThat(subscription(server, queue).state()).isEqualTo(SubscriptionState.STOPPED);
    assertThat(server.health().connections())
        .allSatisfy(each -> assertThat(each.state()).isEqualTo(ConnectionState.CLOSED));
  }

  @Test
  void whatIsInFlightIsCounted() {
    String queue = fixture.name("in-flight");
    Gate gate = new Gate();
    Broker server =
        fixture.started(on -> on.consume(queue(queue), String.class, body -> gate.pass()));

    for (int i = 0; i < 3; i++) {
      server.publish("x", to(queue));
    }

    Expect.await().until(() -> subscription(server, queue).inFlight() == 3);
    assertThat(server.health().connections())
        .anySatisfy(each -> assertThat(each.inFlight()).isGreaterThanOrEqualTo(3));
    gate.open();
    Expect.await().until(() -> subscription(server, queue).inFlight() == 0);
    Expect.await()
        .untilAsserted(
            () ->
                assertThat(server.health().connections())
                    .allSatisfy(each -> assertThat(each.inFlight()).isZero()));
  }

  @Test
  void nothingIsSaidToConsumeWhileTheBrokerIsDown() {
    fixture.require(Fault.STOP);
    String queue = fixture.name("down");
    Broker server = echo(queue);
    Expect.answer(server, queue);
    Instant fault = Instant.now();

    fixture.server().stop();

    assertNotConsuming(server, queue, fault, NOTICED);
    Expect.await()
        .atMost(NOTICED)
        .untilAsserted(
            () ->
                assertThat(server.health().connections())
                    .allSatisfy(each -> assertThat(each.state()).isNotEqualTo(ConnectionState.UP))
                    .anySatisfy(each -> assertThat(each.lastError()).isNotBlank()));
    fixture.server().start();
    assertTruthful(server, queue, Instant.now(), Duration.ZERO);
  }

  @Test
  void aHandlerThatHasNeverConsumedIsNotSaidTo() {
    fixture.require(Fault.STOP);
    fixture.server().stop();
    String queue = fixture.name("never");
    Broker server = fixture.broker("start.wait", "false");
    server.subscribe(queue, String.class, body -> body);

    server.start();

    Expect.await()
        .untilAsserted(() -> assertThat(subscription(server, queue).lastError()).isNotBlank());
    assertThat(subscription(server, queue).state())
        .isIn(SubscriptionState.STARTING, SubscriptionState.RECOVERING);
    assertThat(server.health().healthy()).isFalse();
  }

  @Test
  void whatIsSaidToConsumeAfterACutConnectionDoes() {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("cut");
    Broker server = echo(queue);
    Expect.answer(server, queue);
    Instant fault = Instant.now();

    fixture.server().cutConnections();

    assertTruthful(server, queue, fault, NOTICED);
  }

  @Test
  void whatIsSaidToConsumeAfterItsQueueWasDeletedDoes() {
    fixture.require(Fault.DELETE_QUEUE);
    String queue = fixture.name("deleted");
    Broker server = echo(queue);
    Expect.answer(server, queue);
    Instant fault = Instant.now();

    fixture.server().delete(queue);

    assertTruthful(server, queue, fault, NOTICED);
    assertThat(subscription(server, queue).lastError()).isNotBlank();
  }

  @Test
  void nothingIsSaidToConsumeInASilentNetwork() {
    fixture.require(Fault.SILENCE);
    Network network = fixture.closing(fixture.server().network());
    String queue = fixture.name("silent");
    Broker.Builder builder = fixture.builder().url(network.url());
    network.settings().forEach(builder::setting);
    Broker server = fixture.open(builder);
    server.subscribe(queue, String.class, body -> body);
    server.start();
    Expect.answer(server, queue);
    Instant fault = Instant.now();

    network.silence();

    assertNotConsuming(server, queue, fault, network.noticedWithin().plus(Expect.AT_ONCE));
    network.restore();
    assertTruthful(server, queue, Instant.now(), Duration.ZERO);
  }

  @Test
  void aBrokerThatAcceptsNothingIsSaidToBlock() {
    fixture.require(Fault.BLOCK_PUBLISHERS);
    String queue = fixture.name("blocked");
    Broker server = echo(queue);
    server.publish("before", to(queue));

    fixture.server().blockPublishers();
    CompletableFuture<@Nullable Void> blocked =
        server.publishAsync("blocked", to(queue).timeout(Expect.RECOVERY));

    Expect.await()
        .atMost(NOTICED)
        .untilAsserted(
            () ->
                assertThat(server.health().connections())
                    .anySatisfy(
                        each -> assertThat(each.state()).isEqualTo(ConnectionState.BLOCKED)));
    assertThat(server.health().healthy()).isFalse();
    fixture.server().unblockPublishers();
    Expect.running(server, queue);
    Expect.await().until(blocked::isDone); // refused at once where the broker does not make it wait
  }
}
