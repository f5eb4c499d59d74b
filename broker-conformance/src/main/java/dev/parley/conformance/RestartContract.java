package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.PublishFailedException;
import dev.parley.RetryAfter;
import dev.parley.SubscriptionState;
import dev.parley.TypeRef;
import dev.parley.spi.Capability;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contract §5: a broker that is down, or restarted in the middle. */
@Timeout(120)
abstract class RestartContract extends Chapter {

  @AfterEach
  void startTheBrokerAgain() {
    if (fixture.server().unavailable(Fault.STOP).isEmpty()) {
      fixture.server().start();
    }
  }

  private static void awaitNotRunning(Broker broker, String subscription) {
    await()
        .atMost(Expect.RECOVERY)
        .until(
            () ->
                broker.subscription(subscription).orElseThrow().state()
                    != SubscriptionState.RUNNING);
  }

  @Test
  void consumersComeBackAfterARestart() throws Exception {
    fixture.require(Fault.STOP);
    String queue = fixture.name("restarted");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    Broker client = fixture.broker();
    Expect.answer(client, queue);

    fixture.server().stop();
    awaitNotRunning(server, queue);
    assertThat(server.health().healthy()).as("health while the broker is down").isFalse();
    assertThat(server.health().subscription(queue).orElseThrow().lastError()).isNotNull();
    fixture.server().start();

    Expect.running(server, queue);
    Expect.answer(client, queue);
  }

  @Test
  void persistentMessagesAndTheirAttemptsSurviveARestart() throws Exception {
    fixture.require(Fault.STOP);
    fixture.require(Capability.SURVIVES_RESTART);
    String queue = fixture.name("durable");
    String retried = fixture.name("retried");
    Broker client = fixture.broker();
    client.declare(queue);
    client.publish("survivor", to(queue));
    Broker failing =
        fixture.started(
            on ->
                on.consume(
                    retried,
                    String.class,
                    body -> {
                      throw new RetryAfter(Duration.ofSeconds(2));
                    }));
    failing.publish("failed once", to(retried));
    Expect.counter(failing, Counter.RETRIED, 1);
    failing.close();

    fixture.server().stop();
    fixture.server().start();
    Seen<String> seen = new Seen<>();
    Seen<Integer> attempts = new Seen<>();
    fixture.started(
        on -> {
          on.consume(queue, String.class, seen);
          on.consume(
              queue(retried),
              new TypeRef<Message<String>>() {},
              message -> attempts.handle(message.attempt()));
        });

    assertThat(seen.next()).isEqualTo("survivor");
    assertThat(attempts.next()).isEqualTo(2);
  }

  @Test
  void publishingWhileTheBrokerIsDownFailsAtItsDeadlineOrSucceedsWithinIt() throws Exception {
    fixture.require(Fault.STOP);
    String queue = fixture.name("down");
    Broker client = fixture.broker();
    client.declare(queue);
    client.publish("up", to(queue));
    fixture.server().stop();
    Duration limit = Duration.ofMillis(500);
    long begin = System.nanoTime();

    PublishFailedException failure =
        (PublishFailedException)
            Expect.fails(
                ErrorCode.PUBLISH_FAILED, () -> client.publish("x", to(queue).timeout(limit)));
    assertThat(failure).hasMessageContaining(queue);
    assertThat(Expect.since(begin)).isLessThan(limit.plus(Expect.AT_ONCE));
    assertThat(client.publishAsync("x", to(queue).callback(String.class).timeout(limit)))
        .failsWithin(limit.plus(Expect.AT_ONCE));
    CompletableFuture<@Nullable Void> patient =
        client.publishAsync("patient", to(queue).timeout(Expect.RECOVERY));
    fixture.server().start();

    patient.get(Expect.RECOVERY.toSeconds(), TimeUnit.SECONDS);
    Expect.noCallInFlight(client);
  }

  @Test
  void startingWithTheBrokerDownWaitsUntilItsLimitOrGoesOnBehind() {
    fixture.require(Fault.STOP);
    fixture.server().stop();
    String queue = fixture.name("early");
    Broker waiting = fixture.broker("start.timeout", "500ms");
    waiting.consume(queue, String.class, body -> {});
    Broker going = fixture.broker("start.wait", "false");
    going.subscribe(queue, String.class, body -> body);

    Expect.failsAtOnce(ErrorCode.CONNECTION_LOST, waiting::start);
    waiting.close();
    going.start();
    assertThat(going.health().healthy()).isFalse();
    fixture.server().start();

    Expect.running(going, queue);
    Expect.answer(fixture.broker(), queue);
  }

  @Test
  void closeIsQuickWhileTheBrokerIsDown() {
    fixture.require(Fault.STOP);
    String queue = fixture.name("closing");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    server.publish("x", to(queue).callback(String.class));
    fixture.server().stop();
    awaitNotRunning(server, queue);
    long begin = System.nanoTime();

    server.close(Duration.ofSeconds(1));

    assertThat(Expect.since(begin)).isLessThan(Duration.ofSeconds(15));
    Fixture.awaitNoThreadOf(server.name());
  }
}
