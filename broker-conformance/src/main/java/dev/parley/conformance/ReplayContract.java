package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static dev.parley.SubscribeOptions.broadcast;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.SubscribeOptions.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.BrokerClosedException;
import dev.parley.Counter;
import dev.parley.DeadLetter;
import dev.parley.DeadLetters;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.TypeRef;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contract §3: dead letters are listed, and sent back to be tried again. */
@Timeout(90)
abstract class ReplayContract extends Chapter {

  private static final TypeRef<Message<String>> TEXT = new TypeRef<>() {};

  private final Seen<Message<String>> handled = new Seen<>();

  @Test
  void deadLettersAreListedAndStayWhereTheyAre() {
    String queue = fixture.name("orders");
    Instant begin = Instant.now().minusSeconds(1);
    Burials.bury(fixture, queue, "a", "b", "c");
    DeadLetters letters = fixture.broker().deadLetters(queue);

    List<DeadLetter> all = letters.list(10);

    assertThat(Burials.bodies(all)).containsExactlyInAnyOrder("a", "b", "c");
    DeadLetter letter =
        all.stream().filter(l -> l.messageId().orElse("").equals("id-a")).findFirst().orElseThrow();
    assertThat(letter.contentType()).contains("text/plain");
    assertThat(letter.headers())
        .containsEntry("tenant", "t-1")
        .containsEntry("parley-origin", queue);
    assertThat(letter.error()).isEqualTo("HANDLER_FAILED");
    assertThat(letter.errorType()).isEqualTo("IllegalStateException");
    assertThat(letter.errorMessage()).isEqualTo("no stock for a");
    assertThat(letter.attempts()).isEqualTo(2);
    assertThat(letter.failedAt().orElseThrow()).isAfter(begin);
    assertThat(letter.group()).isEmpty();
    assertThat(letters.list(2)).hasSize(2);
    assertThat(Burials.bodies(letters.list(10))).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void aQueueWithoutDeadLettersHasNoneAndNothingIsCreated() {
    String queue = fixture.name("healthy");
    DeadLetters letters = fixture.broker().deadLetters(queue);

    assertThat(letters.list(10)).isEmpty();
    assertThat(letters.replay(10)).isZero();

    assertThat(fixture.foreign().exists(queue + ".dead")).isFalse();
  }

  @Test
  void replayedLettersAreHandledAsIfTheyWereNew() throws Exception {
    String queue = fixture.name("orders");
    Burials.bury(fixture, queue, "a", "b");
    Broker server = fixture.started(on -> on.consume(queue(queue), TEXT, handled));
    DeadLetters letters = server.deadLetters(queue);

    assertThat(letters.replay(10)).isEqualTo(2);

    List<Message<String>> back = handled.next(2);
    assertThat(back).extracting(Message::body).containsExactlyInAnyOrder("a", "b");
    Message<String> message = back.get(0);
    assertThat(message.attempt()).isEqualTo(1);
    assertThat(message.messageId()).contains("id-" + message.body());
    assertThat(message.headers())
        .containsEntry("tenant", "t-1")
        .doesNotContainKeys(
            "parley-origin",
            "parley-group",
            "parley-error",
            "parley-error-type",
            "parley-error-message",
            "parley-attempts",
            "parley-failed-at");
    handled.assertNothingMore();
    assertThat(letters.list(10)).isEmpty();
  }

  @Test
  void aKeyAndABodyOfBytesAreKept() throws Exception {
    String queue = fixture.name("keyed");
    byte[] body = {0, 1, (byte) 0xff, 10, 13};
    Broker failing =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).retry(0),
                    byte[].class,
                    bytes -> {
                      throw new IllegalStateException("no");
                    }));
    failing.publish(body, to(queue).key("k-1"));
    Expect.counter(failing, Counter.DEAD_LETTERED, 1);
    failing.close();
    Seen<Message<byte[]>> seen = new Seen<>();
    Broker server =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<byte[]>>() {}, seen));

    assertThat(server.deadLetters(queue).replay(1)).isEqualTo(1);

    Message<byte[]> message = seen.next();
    assertThat(message.body()).isEqualTo(body);
    assertThat(message.key()).contains("k-1");
  }

  @Test
  void onlyTheChosenOnesAreReplayed() throws Exception {
    String queue = fixture.name("chosen");
    Burials.bury(fixture, queue, "a", "b", "c", "d");
    Broker server = fixture.started(on -> on.consume(queue(queue), TEXT, handled));
    DeadLetters letters = server.deadLetters(queue);

    assertThat(letters.replay(10, letter -> letter.messageId().orElse("").equals("id-c")))
        .isEqualTo(1);

    assertThat(handled.next().body()).isEqualTo("c");
    assertThat(Burials.bodies(letters.list(10))).containsExactlyInAnyOrder("a", "b", "d");
    assertThat(letters.replay(2)).isEqualTo(2);
    handled.next(2);
    assertThat(letters.list(10)).hasSize(1);
    handled.assertNothingMore();
  }

  @Test
  void aLetterThatFailsAgainIsADeadLetterAgainAndReplayedOnce() {
    String queue = fixture.name("again");
    Burials.bury(fixture, queue, "a", "b");
    Broker failing =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).retry(0),
                    String.class,
                    body -> {
                      throw new IllegalStateException("still not");
                    }));
    DeadLetters letters = failing.deadLetters(queue);

    assertThat(letters.replay(100)).isEqualTo(2);

    Expect.counter(failing, Counter.DEAD_LETTERED, 2);
    Expect.await() // they are counted before they are there
        .untilAsserted(
            () -> {
              List<DeadLetter> again = letters.list(10);
              assertThat(Burials.bodies(again)).containsExactlyInAnyOrder("a", "b");
              assertThat(again).extracting(DeadLetter::errorMessage).containsOnly("still not");
              assertThat(again).extracting(DeadLetter::attempts).containsOnly(1);
            });
  }

  @Test
  void aLetterOfATopicGoesBackToTheGroupThatFailed() throws Exception {
    String topic = fixture.name("prices");
    AtomicReference<RuntimeException> failure =
        new AtomicReference<>(new IllegalStateException("not yet"));
    Seen<String> billing = new Seen<>();
    Seen<String> shipping = new Seen<>();
    Seen<String> all = new Seen<>();
    Broker server =
        fixture.started(
            on -> {
              on.consume(
                  topic(topic, "billing").retry(0),
                  String.class,
                  body -> {
                    RuntimeException now = failure.get();
                    if (now != null) {
                      throw now;
                    }
                    billing.handle(body);
                  });
              on.consume(topic(topic, "shipping"), String.class, shipping);
              on.consume(broadcast(topic), String.class, all);
            });
    server.publish("p-1", toTopic(topic));
    Expect.counter(server, Counter.DEAD_LETTERED, 1);
    assertThat(shipping.next()).isEqualTo("p-1");
    assertThat(all.next()).isEqualTo("p-1");
    failure.set(null);
    DeadLetters letters = server.deadLetters(topic);
    Expect.await() // it is counted before it is there
        .untilAsserted(
            () ->
                assertThat(letters.list(1))
                    .extracting(letter -> letter.group().orElse(""))
                    .containsExactly("billing"));

    assertThat(letters.replay(10)).isEqualTo(1);
    server.publish("fence", toTopic(topic));

    assertThat(billing.next(2)).containsExactlyInAnyOrder("p-1", "fence");
    assertThat(shipping.next()).isEqualTo("fence");
    assertThat(all.next()).isEqualTo("fence");
    shipping.assertNothingMore();
    assertThat(letters.list(10)).isEmpty();
  }

  @Test
  void whatIsInterruptedInTheMiddleLosesNothing() throws Exception {
    String queue = fixture.name("interrupted");
    String[] many = new String[40];
    for (int i = 0; i < many.length; i++) {
      many[i] = "m" + i;
    }
    Burials.bury(fixture, queue, many);
    Broker interrupted = fixture.broker();
    CountDownLatch inTheMiddle = new CountDownLatch(1);
    CompletableFuture<Integer> replaying =
        CompletableFuture.supplyAsync(
            () -> {
              Set<String> looked = new HashSet<>();
              return interrupted
                  .deadLetters(queue)
                  .replay(
                      many.length,
                      letter -> {
                        looked.add(letter.messageId().orElseThrow());
                        if (looked.size() == many.length / 2) {
                          inTheMiddle.countDown();
                          interrupted.close();
                        }
                        return true;
                      });
            });
    inTheMiddle.await();
    assertThatThrownBy(replaying::get).hasRootCauseInstanceOf(BrokerClosedException.class);

    Set<String> seen = ConcurrentHashMap.newKeySet();
    Broker server = fixture.started(on -> on.consume(queue, String.class, seen::add));
    Expect.await()
        .atMost(Expect.RECOVERY)
        .until(
            () -> {
              server.deadLetters(queue).replay(many.length);
              return seen.size() == many.length;
            });
    assertThat(seen).containsExactlyInAnyOrder(many);
  }

  @Test
  void aPredicateThatFailsLeavesEverythingWhereItWas() {
    String queue = fixture.name("careless");
    Burials.bury(fixture, queue, "a", "b");
    DeadLetters letters = fixture.broker().deadLetters(queue);

    assertThatThrownBy(
            () ->
                letters.replay(
                    10,
                    letter -> {
                      throw new IllegalArgumentException("on purpose");
                    }))
        .hasMessage("on purpose");

    assertThat(Burials.bodies(letters.list(10))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aQueueThatIsGoneTakesNothingBackAndTheLettersStay() {
    String queue = fixture.name("gone");
    fixture.foreign().declare(queue + ".dead");
    fixture.foreign().send(queue + ".dead", RawMessage.of("a"));
    DeadLetters letters = fixture.broker().deadLetters(queue);

    Expect.fails(ErrorCode.NO_HANDLER, () -> letters.replay(10));

    assertThat(Burials.bodies(letters.list(10))).containsExactly("a");
    assertThat(fixture.foreign().exists(queue)).isFalse();
  }

  @Test
  void aClosedBrokerObjectSaysSo() {
    Broker broker = fixture.broker();
    DeadLetters letters = broker.deadLetters("any");
    broker.close();

    Expect.fails(ErrorCode.CLOSED, () -> letters.list(1));
    Expect.fails(ErrorCode.CLOSED, () -> letters.replay(1));
  }
}
