package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Contract §3: where messages go that cannot be handled. */
abstract class DeadLetterContract extends Chapter {

  private static final TypeRef<Message<byte[]>> LETTER = new TypeRef<>() {};

  private Broker failing(String queue, RuntimeException failure) {
    return fixture.started(
        on ->
            on.consume(
                queue(queue).retry(1),
                Order.class,
                order -> {
                  throw failure;
                }));
  }

  private Seen<Message<byte[]>> lettersOf(String queue) {
    Seen<Message<byte[]>> letters = new Seen<>();
    fixture.started(on -> on.consume(queue(queue + ".dead"), LETTER, letters));
    return letters;
  }

  @Test
  void aDeadLetterHasItsBodyItsHeadersAndItsError() throws Exception {
    String queue = fixture.name("orders");
    Broker broker = failing(queue, new IllegalStateException("no stock"));
    Instant begin = Instant.now();

    broker.publish(
        new Order("o-1", 1),
        to(queue).header("tenant", "t-1").header("traceparent", "00-ab-cd-01").messageId("m-1"));

    Message<byte[]> letter = lettersOf(queue).next();
    assertThat(new String(letter.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"id\":\"o-1\",\"quantity\":1}");
    assertThat(letter.messageId()).contains("m-1");
    assertThat(letter.headers())
        .containsEntry("tenant", "t-1")
        .containsEntry("traceparent", "00-ab-cd-01")
        .containsEntry("parley-origin", queue)
        .containsEntry("parley-error", "HANDLER_FAILED")
        .containsEntry("parley-error-type", "IllegalStateException")
        .containsEntry("parley-error-message", "no stock")
        .containsEntry("parley-attempts", "2")
        .doesNotContainKey("parley-group");
    long failedAt = Long.parseLong(letter.header("parley-failed-at").orElseThrow());
    assertThat(Instant.ofEpochMilli(failedAt))
        .isBetween(begin.minusSeconds(1), Instant.now().plusSeconds(1));
  }

  @Test
  void aDeadLetterKeepsItsContentType() {
    String queue = fixture.name("typed");
    Broker broker = failing(queue, new IllegalStateException("no"));

    broker.publish(new Order("o-1", 1), to(queue));
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);

    RawMessage letter = fixture.foreign().take(queue + ".dead");
    assertThat(letter.property(RawMessage.Property.CONTENT_TYPE)).isEqualTo("application/json");
  }

  @Test
  void aBodyThatCannotBeDecodedIsADeadLetterWithoutARetry() throws Exception {
    String queue = fixture.name("orders");
    Seen<Order> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, Order.class, seen));

    broker.publish("{not json", to(queue).contentType("application/json"));

    Message<byte[]> letter = lettersOf(queue).next();
    assertThat(letter.headers())
        .containsEntry("parley-error", "INVALID_MESSAGE")
        .containsEntry("parley-attempts", "1");
    assertThat(seen.waiting()).isZero();
    assertThat(broker.counters().get(Counter.RETRIED)).isZero();
  }

  @Test
  void aBodyThatFailsValidationIsADeadLetterThatSaysWhere() throws Exception {
    String queue = fixture.name("orders");
    Broker broker = fixture.started(on -> on.consume(queue, Order.class, order -> {}));

    broker.publish(new Order("o-1", -1), to(queue));

    Message<byte[]> letter = lettersOf(queue).next();
    assertThat(letter.headers()).containsEntry("parley-error", "INVALID_MESSAGE");
    assertThat(letter.header("parley-error-message").orElse("")).contains("quantity");
    assertThat(broker.counters().get(Counter.RETRIED)).isZero();
  }

  @Test
  void aLongErrorMessageIsCut() throws Exception {
    String queue = fixture.name("long");
    Broker broker = failing(queue, new IllegalStateException("ä".repeat(5000)));

    broker.publish(new Order("o-1", 1), to(queue));

    String message = lettersOf(queue).next().header("parley-error-message").orElseThrow();
    assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(500, 1024);
    assertThat(message).startsWith("ää").doesNotContain("\uFFFD");
  }

  @Test
  void anErrorWithoutAMessageIsADeadLetterToo() throws Exception {
    String queue = fixture.name("silent");
    Broker broker = failing(queue, new IllegalStateException());

    broker.publish(new Order("o-1", 1), to(queue));

    assertThat(lettersOf(queue).next().headers())
        .containsEntry("parley-error-type", "IllegalStateException");
  }

  @Test
  void aFailedRequestWhoseCallerWasToldIsNoDeadLetter() {
    String queue = fixture.name("orders");
    Broker broker = failing(queue, new IllegalStateException("no"));

    Expect.failsAtOnce(
        ErrorCode.HANDLER_FAILED,
        () -> broker.publish(new Order("o-1", 1), to(queue).callback(String.class)));
    Expect.failsAtOnce(
        ErrorCode.INVALID_MESSAGE,
        () -> broker.publish(new Order("", 0), to(queue).callback(String.class)));

    assertThat(broker.counters().get(Counter.DEAD_LETTERED)).isZero();
    assertThat(fixture.foreign().exists(queue + ".dead")).isFalse();
  }

  @Test
  void aDeadLetterCanBeSentBackAndHandled() throws Exception {
    String queue = fixture.name("orders");
    AtomicReference<RuntimeException> failure =
        new AtomicReference<>(new IllegalStateException("not yet"));
    Seen<Integer> attempts = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).retry(0),
                    new TypeRef<Message<Order>>() {},
                    message -> {
                      RuntimeException now = failure.get();
                      if (now != null) {
                        throw now;
                      }
                      attempts.handle(message.attempt());
                    }));
    broker.publish(new Order("o-1", 1), to(queue));
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    failure.set(null);
    ForeignClient administrator = fixture.foreign();

    administrator.send(queue, administrator.take(queue + ".dead"));

    assertThat(attempts.next()).isPositive();
    Expect.counter(broker, Counter.HANDLED, 1);
  }

  @Test
  void aFailureInAHandlerOfDeadLettersStaysBounded() throws Exception {
    String queue = fixture.name("worse");
    Broker broker =
        fixture.started(
            on -> {
              on.consume(
                  queue(queue).retry(0),
                  String.class,
                  body -> {
                    throw new IllegalStateException("no");
                  });
              on.consume(
                  queue(queue + ".dead").retry(1),
                  String.class,
                  body -> {
                    throw new IllegalStateException("still no");
                  });
            });
    broker.publish("x", to(queue));

    Seen<Message<byte[]>> letters = lettersOf(queue + ".dead");

    assertThat(letters.next().headers()).containsEntry("parley-origin", queue + ".dead");
    Expect.counter(broker, Counter.FAILED, 3);
    letters.assertNothingMore();
  }

  @Test
  void aHandlerThatAlwaysFailsLosesNothing() throws Exception {
    String queue = fixture.name("lossless");
    Broker broker = failing(queue, new IllegalStateException("no"));
    for (int i = 1; i <= 50; i++) {
      broker.publish(new Order("o-" + i, i), to(queue));
    }

    Seen<Message<byte[]>> letters = lettersOf(queue);

    List<Message<byte[]>> all = letters.next(50);
    assertThat(all)
        .extracting(letter -> new String(letter.body(), StandardCharsets.UTF_8))
        .doesNotHaveDuplicates();
    letters.assertNothingMore();
  }
}
