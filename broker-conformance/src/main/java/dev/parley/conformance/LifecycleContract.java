package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Health;
import dev.parley.Message;
import dev.parley.Subscription;
import dev.parley.SubscriptionState;
import dev.parley.TypeRef;
import dev.parley.spi.ConnectionState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** Contract §5: start, pause, health. How it ends is in {@link CloseContract}. */
abstract class LifecycleContract extends Chapter {

  @Test
  void aClientConnectsWhenItIsFirstUsed() {
    Broker client = fixture.broker();
    assertThat(client.health().connections())
        .extracting(Health.Connection::state)
        .allMatch(state -> state == ConnectionState.IDLE);
    assertThat(client.health().healthy()).isTrue();

    client.declare(fixture.name("q"));
    client.publish("x", to(fixture.name("q")));

    assertThat(client.health().connections())
        .extracting(Health.Connection::state)
        .contains(ConnectionState.UP);
    assertThat(client.health().healthy()).isTrue();
  }

  @Test
  void everyBrokerObjectHasANameOfItsOwn() {
    Broker one = fixture.broker("broker.name", "shop");
    Broker two = fixture.broker("broker.name", "shop");

    assertThat(one.name()).startsWith("shop").isNotEqualTo(two.name());
    assertThat(two.name()).startsWith("shop");
  }

  @Test
  void startReturnsWhenAllHandlersAreConsuming() {
    Broker broker = fixture.broker();
    for (int i = 0; i < 10; i++) {
      broker.subscribe(fixture.name("q" + i), Integer.class, number -> number);
    }
    assertThat(broker.health().healthy()).as("registered is not running").isFalse();

    broker.start();

    assertThat(broker.subscriptions())
        .hasSize(10)
        .extracting(Subscription::state)
        .containsOnly(SubscriptionState.RUNNING);
    assertThat(broker.health().healthy()).isTrue();
    broker.publish(1, to(fixture.name("q9")).requireHandler());
  }

  @Test
  void startingTwiceChangesNothing() throws Exception {
    String queue = fixture.name("once");
    Gate gate = new Gate();
    Broker broker = fixture.started(on -> on.consume(queue, String.class, body -> gate.pass()));

    broker.start();
    broker.publish("1", to(queue));
    broker.publish("2", to(queue));
    Expect.counter(broker, Counter.RECEIVED, 2);

    gate.awaitEntered(1);
    assertThat(gate.entered()).as("one consumer with a concurrency of one").isEqualTo(1);
    gate.open();
  }

  @Test
  void nothingIsHandledBeforeTheStart() throws Exception {
    String queue = fixture.name("early");
    Seen<String> seen = new Seen<>();
    Broker broker = fixture.broker();
    broker.consume(queue, String.class, seen);
    broker.declare(queue);
    broker.publish("x", to(queue));
    seen.assertNothingMore();

    broker.start();

    assertThat(seen.next()).isEqualTo("x");
  }

  @Test
  void aPausedSubscriptionFetchesNothingUntilItIsResumed() throws Exception {
    Seen<String> seen = new Seen<>();
    String queue = fixture.name("paused");
    Broker broker =
        fixture.started(
            on -> {
              on.consume(queue, String.class, seen);
              on.subscribe(fixture.name("other"), String.class, body -> body);
            });
    Subscription subscription = broker.subscription(queue).orElseThrow();

    subscription.pause();
    subscription.pause();
    await().until(() -> subscription.state() == SubscriptionState.PAUSED);
    broker.publish("x", to(queue));
    assertThat(broker.publish("x", to(fixture.name("other")).callback(String.class)))
        .as("others go on")
        .isEqualTo("x");
    seen.assertNothingMore();
    assertThat(broker.health().healthy()).as("paused on request").isTrue();
    subscription.resume();
    subscription.resume();

    assertThat(seen.next()).isEqualTo("x");
    await().until(() -> subscription.state() == SubscriptionState.RUNNING);
  }

  @Test
  void whatWasFetchedBeforeAPauseIsStillHandled() throws Exception {
    String queue = fixture.name("fetched");
    Gate gate = new Gate();
    Broker broker = fixture.started(on -> on.consume(queue, Integer.class, n -> gate.pass()));
    for (int i = 0; i < 3; i++) {
      broker.publish(i, to(queue));
    }
    Expect.counter(broker, Counter.RECEIVED, 3);
    Subscription subscription = broker.subscription(queue).orElseThrow();

    subscription.pause();
    await().until(() -> subscription.state() == SubscriptionState.PAUSED);
    gate.open();

    Expect.counter(broker, Counter.HANDLED, 3);
    assertThat(subscription.state()).isEqualTo(SubscriptionState.PAUSED);
  }

  @Test
  void whatOnePausedInstanceLeavesAnotherHandles() throws Exception {
    String queue = fixture.name("handover");
    Seen<String> one = new Seen<>();
    Seen<String> two = new Seen<>();
    Broker first = fixture.started(on -> on.consume(queue, String.class, one));
    fixture.started(on -> on.consume(queue, String.class, two));
    Subscription subscription = first.subscription(queue).orElseThrow();
    subscription.pause();
    await().until(() -> subscription.state() == SubscriptionState.PAUSED);

    for (int i = 0; i < 10; i++) {
      first.publish("x", to(queue));
    }

    assertThat(two.next(10)).hasSize(10);
    assertThat(one.waiting()).isZero();
  }

  @Test
  void aSubscriptionTellsWhatIsInFlight() {
    String queue = fixture.name("in-flight");
    Gate gate = new Gate();
    Broker broker =
        fixture.started(
            on -> on.consume(queue(queue).concurrency(2), String.class, body -> gate.pass()));
    for (int i = 0; i < 4; i++) {
      broker.publish("x", to(queue));
    }
    gate.awaitEntered(2);

    await()
        .untilAsserted(
            () ->
                assertThat(broker.health().subscription(queue).orElseThrow().inFlight())
                    .isEqualTo(4));
    gate.open();
    await().until(() -> broker.health().subscription(queue).orElseThrow().inFlight() == 0);
  }

  @Test
  void everyLogLineOfAHandlerCarriesQueueAndIds() throws Exception {
    String queue = fixture.name("logged");
    Seen<Map<String, String>> contexts = new Seen<>();
    Seen<Message<String>> messages = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue),
                    new TypeRef<Message<String>>() {},
                    message -> {
                      contexts.handle(Map.copyOf(MDC.getCopyOfContextMap()));
                      messages.handle(message);
                      MDC.put("mine", "left over");
                    }));

    broker.publish("x", to(queue).callback(Void.class));
    broker.publish("x", to(queue));

    Map<String, String> call = contexts.next();
    Message<String> request = messages.next();
    assertThat(call)
        .containsEntry("queue", queue)
        .containsEntry("messageId", request.messageId().orElseThrow())
        .containsEntry("correlationId", request.correlationId().orElseThrow());
    assertThat(contexts.next())
        .containsEntry("messageId", messages.next().messageId().orElseThrow())
        .doesNotContainKeys("correlationId", "mine");
  }

  @Test
  @Timeout(60)
  void cyclesOfStartAndStopLeaveNoThread() {
    String queue = fixture.name("cycles");
    int before = Thread.activeCount();

    for (int i = 0; i < 50; i++) {
      Broker broker = fixture.builder().build();
      broker.subscribe(queue, Integer.class, number -> number);
      broker.start();
      assertThat(broker.publish(i, to(queue).callback(Integer.class).raiseTimeout())).isEqualTo(i);
      broker.close();
      Fixture.awaitNoThreadOf(broker.name());
    }

    await().untilAsserted(() -> assertThat(Thread.activeCount()).isLessThan(before + 10));
  }

  @Test
  void aStartedBrokerWithoutHandlersIsHealthy() {
    Broker broker = fixture.broker();

    broker.start();

    await().until(() -> broker.health().healthy()); // it connects, with nothing to wait for
    assertThat(broker.subscriptions()).isEmpty();
  }

  @Test
  void severalBrokerObjectsLiveBesideEachOther() {
    Broker server =
        fixture.started(on -> on.subscribe(fixture.name("q"), String.class, body -> body));
    List<Broker> clients = List.of(fixture.broker(), fixture.broker());
    clients.forEach(client -> client.publish("x", to(fixture.name("q")).callback(String.class)));

    clients.get(0).close(Duration.ofSeconds(5));

    assertThat(clients.get(1).publish("y", to(fixture.name("q")).callback(String.class)))
        .isEqualTo("y");
    assertThat(server.health().healthy()).isTrue();
  }
}
