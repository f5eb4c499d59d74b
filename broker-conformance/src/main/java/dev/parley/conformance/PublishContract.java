package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import dev.parley.conformance.Samples.Tick;
import dev.parley.conformance.Samples.Unwritable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract §1 to §3: publishing without waiting for a reply. */
abstract class PublishContract extends Chapter {

  @Test
  void aPublishedMessageWaitsInADeclaredQueueForItsFirstHandler() throws Exception {
    String queue = fixture.name("orders");
    Broker client = fixture.broker();
    client.declare(queue);
    client.publish(new Order("o-1", 1), to(queue));
    assertThat(client.counters().get(Counter.PUBLISHED)).isEqualTo(1);
    Seen<Order> seen = new Seen<>();

    fixture.started(on -> on.consume(queue, Order.class, seen));

    assertThat(seen.next()).isEqualTo(new Order("o-1", 1));
  }

  @Test
  void anAsynchronousPublishCompletesOnceTheBrokerHasTheMessage() throws Exception {
    String queue = fixture.name("orders");
    Broker client = fixture.broker();
    client.declare(queue);

    client.publishAsync("x", to(queue)).get();

    assertThat(client.counters().get(Counter.PUBLISHED)).isEqualTo(1);
  }

  @Test
  void aQueueThatNobodyHasEverDeclaredIsAnErrorAndIsNotCreated() {
    String queue = fixture.name("typo");
    Broker client = fixture.broker();

    assertThat(Expect.failsAtOnce(ErrorCode.NO_HANDLER, () -> client.publish("x", to(queue))))
        .hasMessageContaining(queue);
    Expect.fails(ErrorCode.NO_HANDLER, client.publishAsync("x", to(queue)));

    assertThat(client.counters().get(Counter.PUBLISH_FAILURES)).isEqualTo(2);
    try (ForeignClient foreign = fixture.server().foreignClient()) {
      assertThat(foreign.exists(queue)).isFalse();
    }
  }

  @Test
  void aQueueThatIsDeclaredAfterAFailureIsFound() {
    String queue = fixture.name("late");
    Broker client = fixture.broker();
    Expect.failsAtOnce(ErrorCode.NO_HANDLER, () -> client.publish("x", to(queue)));

    client.declare(queue);
    client.publish("x", to(queue));

    assertThat(client.counters().get(Counter.PUBLISHED)).isEqualTo(1);
  }

  @Test
  void aTopicThatNobodyHasEverDeclaredIsAnError() {
    String topic = fixture.name("typo");

    assertThat(
            Expect.failsAtOnce(
                ErrorCode.NO_HANDLER, () -> fixture.broker().publish("x", toTopic(topic))))
        .hasMessageContaining(topic);
  }

  @Test
  void aTopicWithoutGroupsTakesMessages() {
    String topic = fixture.name("quiet");
    Broker client = fixture.broker();
    client.declareTopic(topic);

    client.publish("x", toTopic(topic));

    assertThat(client.counters().get(Counter.PUBLISHED)).isEqualTo(1);
  }

  @Test
  void declaringTwiceIsNoMistake() {
    Broker client = fixture.broker();
    client.declare(fixture.name("q"));
    client.declare(fixture.name("q"));
    client.declareTopic(fixture.name("t"));
    client.declareTopic(fixture.name("t"));
    client.declareGroup(fixture.name("t"), "g");
    client.declareGroup(fixture.name("t"), "g");

    client.publish("x", to(fixture.name("q")));
    client.publish("x", toTopic(fixture.name("t")));
    assertThat(client.counters().get(Counter.PUBLISHED)).isEqualTo(2);
  }

  @Test
  void headersAndIdsTravelWithAMessage() throws Exception {
    String queue = fixture.name("headers");
    Seen<Message<String>> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));

    broker.publish(
        Message.of("x").header("a", "1").header("b", "2").messageId("m-1").key("k"),
        to(queue).header("b", "two").header("c", ""));

    Message<String> message = seen.next();
    assertThat(message.headers())
        .containsEntry("a", "1")
        .containsEntry("b", "two") // what is said at the publish stands above the message
        .containsEntry("c", "");
    assertThat(message.messageId()).contains("m-1");
    assertThat(message.key()).contains("k");
  }

  @Test
  void everyMessageHasAnIdOfItsOwn() throws Exception {
    String queue = fixture.name("ids");
    Seen<Message<String>> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));

    broker.publish("x", to(queue));
    broker.publish("x", to(queue));

    String first = seen.next().messageId().orElseThrow();
    assertThat(first).hasSizeGreaterThanOrEqualTo(16);
    assertThat(seen.next().messageId()).isPresent().get().isNotEqualTo(first);
  }

  @Test
  void theKeyIsTakenFromTheBodyUnlessOneIsNamed() throws Exception {
    String queue = fixture.name("keys");
    Seen<Message<Tick>> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<Tick>>() {}, seen));

    broker.publish(new Tick("ACME", 1), to(queue));
    broker.publish(new Tick("ACME", 2), to(queue).key("other"));

    assertThat(seen.next().key()).contains("ACME");
    assertThat(seen.next().key()).contains("other");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"correlation_id", "reply_to", "message_id", "content-type", "parley-attempt"})
  void aHeaderWithANameOfTheWireIsRefused(String name) {
    String queue = fixture.name("names");
    Broker client = fixture.broker();
    client.declare(queue);

    assertThat(catchThrowable(() -> client.publish("x", to(queue).header(name, "v"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
    assertThat(client.publishAsync("x", to(queue).header(name, "v")))
        .failsWithin(Expect.AT_ONCE); // a method that returns a future never throws
    assertThat(client.counters().get(Counter.PUBLISHED)).isZero();
  }

  @Test
  void aBodyThatCannotBeWrittenIsNotSent() {
    String queue = fixture.name("unwritable");
    Broker client = fixture.broker();
    client.declare(queue);

    assertThat(catchThrowable(() -> client.publish(new Unwritable(), to(queue))))
        .isInstanceOf(RuntimeException.class)
        .hasStackTraceContaining("this getter always fails");
    assertThat(client.publishAsync(new Unwritable(), to(queue))).failsWithin(Expect.AT_ONCE);
    assertThat(client.publishAsync(new Unwritable(), to(queue).callback(String.class)))
        .failsWithin(Expect.AT_ONCE);
    assertThat(client.counters().get(Counter.PUBLISHED)).isZero();
    Expect.noCallInFlight(client);
  }

  @Test
  void aMessageIsGoneAfterItsTimeToLive() throws Exception {
    String queue = fixture.name("ttl");
    Broker client = fixture.broker();
    client.declare(queue);
    client.publish("expired", to(queue).ttl(Duration.ofMillis(100)));
    Expect.letPass(Duration.ofMillis(200));
    client.publish("alive", to(queue).ttl(Duration.ofMinutes(1)));
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(queue, String.class, seen));

    assertThat(seen.next()).isEqualTo("alive");
  }

  @Test
  void aDelayedMessageIsNotHandledBeforeItsTime() throws Exception {
    fixture.require(Fault.DELAYED_PUBLISH);
    String queue = fixture.name("delayed");
    Seen<String> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, String.class, seen));
    long begin = System.nanoTime();

    broker.publish("later", to(queue).delay(Duration.ofMillis(400)));
    broker.publish("now", to(queue));

    assertThat(seen.next()).isEqualTo("now");
    assertThat(seen.next()).isEqualTo("later");
    assertThat(Expect.since(begin)).isGreaterThanOrEqualTo(Duration.ofMillis(390));
  }

  @Test
  void shorterDelaysOvertakeLongerOnes() throws Exception {
    fixture.require(Fault.DELAYED_PUBLISH);
    String queue = fixture.name("overtaking");
    Seen<String> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, String.class, seen));

    broker.publish("long", to(queue).delay(Duration.ofMillis(1500)));
    broker.publish("short", to(queue).delay(Duration.ofMillis(200)));

    assertThat(seen.next(2)).containsExactly("short", "long");
  }

  @Test
  void aDelayedMessageToAnUndeclaredQueueIsAnErrorAtOnce() {
    Expect.failsAtOnce(
        ErrorCode.NO_HANDLER,
        () -> fixture.broker().publish("x", to(fixture.name("typo")).delay(Duration.ofMinutes(1))));
  }

  @Test
  void aMessageIsNotSentTwice() throws Exception {
    String queue = fixture.name("once");
    Seen<Integer> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, Integer.class, seen));
    CompletableFuture<@Nullable Void> last = CompletableFuture.completedFuture(null);
    for (int i = 0; i < 200; i++) {
      last = broker.publishAsync(i, to(queue));
    }
    last.get();

    assertThat(seen.next(200)).doesNotHaveDuplicates().hasSize(200);
    Expect.counter(broker, Counter.HANDLED, 200);
    seen.assertNothingMore();
  }
}
