package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.broadcast;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.PublishFailedException;
import dev.parley.PublishOptions;
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

/** Contract §5: what is lost comes back by itself. */
@Timeout(120)
abstract class RecoveryContract extends Chapter {

  private static final Duration RECOVERY = Duration.ofSeconds(40);

  @AfterEach
  void startTheBrokerAgain() {
    if (fixture.server().unavailable(Fault.STOP).isEmpty()) {
      fixture.server().start();
    }
  }

  private static void awaitRunning(Broker broker, String subscription) {
    await()
        .atMost(RECOVERY)
        .until(
            () ->
                broker.subscription(subscription).orElseThrow().state() == SubscriptionState.RUNNING
                    && broker.health().healthy());
  }

  private static void awaitNotRunning(Broker broker, String subscription) {
    await()
        .atMost(RECOVERY)
        .until(
            () ->
                broker.subscription(subscription).orElseThrow().state()
                    != SubscriptionState.RUNNING);
  }

  /** A call that may be made several times, because the connection may be lost under it. */
  private static void awaitAnswer(Broker client, String queue) {
    await()
        .atMost(RECOVERY)
        .ignoreExceptions()
        .until(
            () ->
                "x"
                    .equals(
                        client.publish(
                            "x", to(queue).callback(String.class).timeout(Duration.ofSeconds(2)))));
  }

  @Test
  void callsWorkAgainAfterConnectionsWereCut() {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("echo");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    Broker client = fixture.broker();

    for (int i = 0; i < 3; i++) {
      awaitAnswer(client, queue);
      fixture.server().cutConnections();
    }

    awaitAnswer(client, queue);
    awaitRunning(server, queue);
  }

  @Test
  void thereIsOneConsumerForEachHandlerAfterRecovery() throws Exception {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("single");
    String news = fixture.name("news");
    Gate gate = new Gate();
    Seen<String> heard = new Seen<>();
    Broker server =
        fixture.started(
            on -> {
              on.subscribe(fixture.name("echo"), String.class, body -> body);
              on.consume(queue, String.class, body -> gate.pass());
              on.consume(broadcast(news), String.class, heard);
            });
    int threads = Fixture.threadsOf(server.name()).size();
    for (int i = 0; i < 3; i++) {
      fixture.server().cutConnections();
      awaitAnswer(server, fixture.name("echo"));
    }
    awaitRunning(server, queue);

    server.publish("1", to(queue));
    server.publish("2", to(queue));
    server.publish("once", PublishOptions.toTopic(news));

    assertThat(heard.next()).isEqualTo("once");
    heard.assertNothingMore();
    gate.awaitEntered(1);
    assertThat(gate.entered()).isEqualTo(1);
    gate.open();
    assertThat(Fixture.threadsOf(server.name())).hasSizeLessThan(threads + 10);
  }

  @Test
  void aMessageOfAConsumerThatWasCutOffIsDeliveredAgain() throws Exception {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("redelivered");
    Gate gate = new Gate();
    Seen<Message<String>> seen = new Seen<>();
    Broker server =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).concurrency(2),
                    new TypeRef<Message<String>>() {},
                    message -> {
                      seen.handle(message);
                      gate.pass();
                    }));
    server.publish("x", to(queue).messageId("m-1"));
    Message<String> first = seen.next();

    fixture.server().cutConnections();
    Message<String> second = seen.next();
    gate.open();

    assertThat(first.attempt()).isEqualTo(1);
    assertThat(second.messageId()).contains("m-1");
    seen.assertNothingMore();
  }

  @Test
  void aCallInFlightEndsAtOnceWhereItsReplyIsLost() throws Exception {
    fixture.require(Fault.CUT_CONNECTIONS);
    String queue = fixture.name("in-flight");
    Gate gate = new Gate();
    fixture.started(
        on ->
            on.subscribe(
                queue(queue).concurrency(2).retry(0),
                String.class,
                body -> {
                  gate.pass();
                  return body;
                }));
    Broker client = fixture.broker();
    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class));
    gate.awaitEntered(1);

    fixture.server().cutConnections();

    if (fixture.capabilities().contains(Capability.REPLY_SURVIVES_RECONNECT)) {
      gate.open();
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("x");
    } else {
      Expect.failsAtOnce(ErrorCode.CONNECTION_LOST, () -> call.get(10, TimeUnit.SECONDS));
      gate.open();
    }
    Expect.noCallInFlight(client);
  }

  @Test
  void consumersComeBackAfterARestart() throws Exception {
    fixture.require(Fault.STOP);
    String queue = fixture.name("restarted");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    Broker client = fixture.broker();
    awaitAnswer(client, queue);

    fixture.server().stop();
    awaitNotRunning(server, queue);
    assertThat(server.health().healthy()).as("health while the broker is down").isFalse();
    assertThat(server.health().subscription(queue).orElseThrow().lastError()).isNotNull();
    fixture.server().start();

    awaitRunning(server, queue);
    awaitAnswer(client, queue);
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
        client.publishAsync("patient", to(queue).timeout(RECOVERY));
    fixture.server().start();

    patient.get(RECOVERY.toSeconds(), TimeUnit.SECONDS);
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

    awaitRunning(going, queue);
    awaitAnswer(fixture.broker(), queue);
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

  @Test
  void aQueueThatIsDeletedUnderItsConsumerIsThereAgain() throws Exception {
    fixture.require(Fault.DELETE_QUEUE);
    String queue = fixture.name("deleted");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    Broker client = fixture.broker();
    awaitAnswer(client, queue);

    fixture.server().delete(queue);

    awaitAnswer(client, queue);
    awaitRunning(server, queue);
    assertThat(server.counters().get(Counter.HANDLED)).isGreaterThanOrEqualTo(2);
  }
}
