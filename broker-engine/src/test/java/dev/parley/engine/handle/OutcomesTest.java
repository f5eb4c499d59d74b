package dev.parley.engine.handle;

import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Counter;
import dev.parley.Header;
import dev.parley.InvalidMessageException;
import dev.parley.Message;
import dev.parley.PublishTo;
import dev.parley.Reject;
import dev.parley.Reply;
import dev.parley.RetryAfter;
import dev.parley.SubscribeOptions;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.engine.doubles.HandleBench;
import dev.parley.engine.doubles.Hooked;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.RecordingDelivery.Settled;
import dev.parley.engine.doubles.Wire;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Settlement;
import dev.parley.spi.Settlement.Outcome;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler does with a message, and what becomes of it. */
class OutcomesTest {

  private final HandleBench bench = new HandleBench();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  private static Object fails(RuntimeException error) {
    throw error;
  }

  private static Map<String, String> headers(Outgoing message) {
    return message.message().headers();
  }

  private static Map<String, String> deadline(long leftMillis) {
    return Map.of("parley-timeout", Long.toString(leftMillis));
  }

  @Test
  void aMessageIsDoneWhenItsHandlerHasReturned() {
    bench.handle(Integer.class, body -> body);
    Settled settled = bench.deliver("30").settled();
    assertThat(settled.settlement()).isEqualTo(Settlement.DONE);
    assertThat(settled.outputs()).isEmpty();
    await().until(() -> bench.count(Counter.HANDLED) == 1);
    assertThat(bench.count(Counter.RECEIVED)).isEqualTo(1);
    assertThat(bench.count(Counter.REPLIES_SENT)).isZero();
  }

  @Test
  void aCallerGetsTheResultWithItsCorrelationId() {
    bench.handle(Integer.class, body -> (Integer) body + 1);
    Settled settled = bench.request("30").settled();
    assertThat(settled.settlement()).isEqualTo(Settlement.DONE);
    Outgoing reply = settled.outputs().get(0);
    assertThat(Wire.text(reply.message())).isEqualTo("31");
    assertThat(reply.to()).isEqualTo(Address.reply("caller"));
    assertThat(reply.message().correlationId()).isEqualTo("c-1");
    assertThat(reply.persistent()).isTrue();
    assertThat(reply.answers()).isNotNull();
    assertThat(headers(reply))
        .containsEntry("parley-server", "server-1")
        .doesNotContainKey("parley-status");
    await().until(() -> bench.count(Counter.REPLIES_SENT) == 1);
  }

  @Test
  void aMessageThatIsReturnedCarriesItsHeaders() {
    bench.handle(Integer.class, body -> Message.of("r").header("colour", "red"));
    assertThat(headers(bench.request("1").settled().outputs().get(0)))
        .containsEntry("colour", "red");
  }

  @Test
  void theReceivedMessageItselfCanBeReturned() {
    bench.handle(
        new TypeRef<Message<Integer>>() {}.type(), message -> ((Message<?>) message).withBody(7));
    RecordingDelivery request =
        bench.deliver(
            new RecordingDelivery(
                Wire.request("1", Map.of("parley-timeout", "5000", "traceparent", "t"))));
    Outgoing reply = request.settled().outputs().get(0);
    assertThat(Wire.text(reply.message())).isEqualTo("7");
    assertThat(headers(reply))
        .containsEntry("traceparent", "t")
        .doesNotContainKeys("parley-status", "parley-timeout");
  }

  @Test
  void aFailedMessageIsRetriedWithBackOffThenDead() {
    bench.handle(
        SubscribeOptions.queue("q").retry(2),
        Integer.class,
        body -> fails(new IllegalStateException("out of order")));
    for (int attempt = 1; attempt <= 2; attempt++) {
      Settled settled =
          bench.deliver(new RecordingDelivery(Wire.json("1")).attempt(attempt)).settled();
      assertThat(settled.settlement().outcome()).isEqualTo(Outcome.RETRY);
      assertThat(settled.settlement().attempt()).isEqualTo(attempt + 1);
      assertThat(settled.settlement().delay())
          .isBetween(Duration.ofMillis(100L * attempt), Duration.ofMillis(200L * attempt));
      assertThat(settled.outputs()).isEmpty();
    }
    Settled dead =
        bench
            .deliver(
                new RecordingDelivery(Wire.json("1", Map.of("mine", "kept", "parley-attempt", "3")))
                    .attempt(3)
                    .key("k"))
            .settled();
    assertThat(dead.settlement()).isEqualTo(Settlement.DEAD);
    Outgoing letter = dead.outputs().get(0);
    assertThat(letter.to()).isEqualTo(Address.queue("q.dead"));
    assertThat(letter.message().messageId()).isEqualTo("m-1");
    assertThat(letter.key()).isEqualTo("k");
    assertThat(Wire.text(letter.message())).isEqualTo("1");
    assertThat(headers(letter))
        .containsEntry("mine", "kept")
        .containsEntry("parley-origin", "q")
        .containsEntry("parley-error", "HANDLER_FAILED")
        .containsEntry("parley-error-type", "IllegalStateException")
        .containsEntry("parley-error-message", "out of order")
        .containsEntry("parley-attempts", "3")
        .containsKey("parley-failed-at")
        .doesNotContainKey("parley-attempt");
    assertThat(bench.count(Counter.FAILED)).isEqualTo(3);
    assertThat(bench.count(Counter.RETRIED)).isEqualTo(2);
    assertThat(bench.count(Counter.DEAD_LETTERED)).isEqualTo(1);
  }

  @Test
  void aFailedRequestIsToldToItsCallerAndIsNoDeadLetter() {
    bench.handle(
        SubscribeOptions.queue("q").retry(0),
        Integer.class,
        body -> fails(new IllegalStateException("out of order")));
    Settled settled = bench.request("1").settled();
    assertThat(settled.settlement()).isEqualTo(Settlement.DONE);
    Outgoing reply = settled.outputs().get(0);
    assertThat(headers(reply)).containsEntry("parley-status", "HANDLER_FAILED");
    assertThat(reply.message().contentType()).isEqualTo("application/problem+json");
    assertThat(Wire.text(reply.message()))
        .contains("out of order", "IllegalStateException")
        .doesNotContain("java.lang", "at dev.parley");
    assertThat(bench.count(Counter.DEAD_LETTERED)).isZero();
  }

  @Test
  void aMessageWithADeadlineIsRetriedOnlyWhenAskedFor() {
    bench.handle(Integer.class, body -> fails(new IllegalStateException("no")));
    RecordingDelivery delivery =
        bench.deliver(new RecordingDelivery(Wire.request("1", deadline(10_000))));
    assertThat(delivery.settled().settlement()).isEqualTo(Settlement.DONE);
  }

  @Test
  void noAttemptFollowsThatWouldComeAfterTheDeadline() {
    bench.handle(
        SubscribeOptions.queue("q").retry(5),
        Integer.class,
        body -> fails(new RetryAfter(Duration.ofSeconds(5))));
    RecordingDelivery inTime =
        bench.deliver(new RecordingDelivery(Wire.request("1", deadline(10_000))));
    assertThat(inTime.settled().settlement()).isEqualTo(Settlement.retry(Duration.ofSeconds(5), 2));
    RecordingDelivery tooLate =
        bench.deliver(new RecordingDelivery(Wire.request("1", deadline(4_000))));
    assertThat(headers(tooLate.settled().outputs().get(0)))
        .containsEntry("parley-status", "HANDLER_FAILED");
  }

  @Test
  void finalErrorsAreNotRetried() {
    bench.handle(
        SubscribeOptions.queue("q").retry(5).noRetry(IllegalArgumentException.class),
        Integer.class,
        body -> fails((Integer) body == 1 ? new NumberFormatException("x") : new Reject("y")));
    assertThat(bench.deliver("1").settled().settlement()).isEqualTo(Settlement.DEAD);
    assertThat(bench.deliver("2").settled().settlement()).isEqualTo(Settlement.DEAD);
  }

  @Test
  void anErrorIsAFailedAttemptAndTheConsumerLives() {
    AtomicInteger calls = new AtomicInteger();
    bench.handle(
        Integer.class,
        body -> {
          if (calls.getAndIncrement() == 0) {
            throw new StackOverflowError("on purpose");
          }
          return body;
        });
    assertThat(bench.deliver("1").settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    assertThat(bench.deliver("2").settled().settlement()).isEqualTo(Settlement.DONE);
  }

  /** Its own code fails while it is told. */
  private static final class Secretive extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new UnsupportedOperationException("not told");
    }
  }

  @Test
  void anErrorThatCannotBeToldIsAFailedAttemptAndTheConsumerLives() {
    bench.handle(
        SubscribeOptions.queue("q").retry(1),
        Integer.class,
        body -> {
          throw new Secretive();
        });
    assertThat(bench.deliver("1").settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    RecordingDelivery last = new RecordingDelivery(Wire.json("1")).attempt(2);
    assertThat(headers(bench.deliver(last).settled().outputs().get(0)))
        .containsEntry("parley-error-type", "Secretive");
    assertThat(bench.deliver("3").settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
  }

  @Test
  void aDelayBeyondAllTimeIsARetry() {
    bench.handle(Integer.class, body -> fails(new RetryAfter(Duration.ofSeconds(Long.MAX_VALUE))));
    assertThat(bench.deliver("1").settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
  }

  @Test
  void whatCannotBeReadIsNeverRetried() {
    AtomicInteger calls = new AtomicInteger();
    bench.handle(Integer.class, body -> calls.incrementAndGet());
    Settled dead = bench.deliver("{broken").settled();
    assertThat(dead.settlement()).isEqualTo(Settlement.DEAD);
    assertThat(headers(dead.outputs().get(0))).containsEntry("parley-error", "INVALID_MESSAGE");
    assertThat(headers(bench.request("{broken").settled().outputs().get(0)))
        .containsEntry("parley-status", "INVALID_MESSAGE");
    assertThat(bench.count(Counter.INVALID)).isEqualTo(2);
    assertThat(bench.count(Counter.FAILED)).isZero();
    assertThat(calls).hasValue(0);
  }

  @Test
  void theSameExceptionThrownByAHandlerIsItsFailure() {
    bench.handle(
        Integer.class, body -> fails(new InvalidMessageException("mine", List.of(), null)));
    assertThat(bench.deliver("1").settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
  }

  @Test
  void aBodyOverTheLimitIsNotRead() {
    bench.handle(String.class, body -> body);
    Settled dead = bench.deliver("\"" + "x".repeat(1_000_000) + "\"").settled();
    assertThat(headers(dead.outputs().get(0)))
        .containsEntry("parley-error", "INVALID_MESSAGE")
        .hasEntrySatisfying(
            "parley-error-message", text -> assertThat(text).contains("message.max-bytes"));
  }

  @Test
  void anErrorReplyGoesToDeadLettersUnlessTheHandlerTakesReplies() {
    Map<String, String> error = Map.of("parley-status", "HANDLER_FAILED");
    String problem = "{\"detail\":\"no stock\",\"error\":\"OutOfStock\"}";
    bench.handle(String.class, body -> body);
    Settled dead = bench.deliver(new RecordingDelivery(Wire.json(problem, error))).settled();
    assertThat(dead.settlement()).isEqualTo(Settlement.DEAD);
    assertThat(headers(dead.outputs().get(0)))
        .containsEntry("parley-error", "HANDLER_FAILED")
        .doesNotContainKey("parley-status");

    CompletableFuture<Reply<?>> got = new CompletableFuture<>();
    bench.handle(
        SubscribeOptions.queue("replies"),
        new TypeRef<Reply<String>>() {}.type(),
        reply -> got.complete((Reply<?>) reply));
    RecordingDelivery reply = new RecordingDelivery(Wire.json(problem, error));
    bench.transport.queue("replies").listener().delivered(reply);
    assertThat(reply.settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(got.join().error()).get().asString().contains("OutOfStock");
  }

  @Test
  void aResultThatCannotBeWrittenIsToldToTheCaller() {
    bench.handle(Integer.class, body -> Hooked.failing());
    assertThat(headers(bench.request("1").settled().outputs().get(0)))
        .containsEntry("parley-status", "REPLY_UNREADABLE");
    bench.handle(SubscribeOptions.queue("large"), Integer.class, body -> new byte[1_000_001]);
    RecordingDelivery large = new RecordingDelivery(Wire.request("1", Map.of()));
    bench.transport.queue("large").listener().delivered(large);
    assertThat(headers(large.settled().outputs().get(0)))
        .containsEntry("parley-status", "REPLY_UNREADABLE");
  }

  @Test
  void aReplyAddressThatIsNotAllowedIsCountedAndIgnored() {
    bench.handle(Integer.class, body -> body);
    RecordingDelivery delivery =
        bench.deliver(
            new RecordingDelivery(
                new WireMessage(
                    Wire.bytes("1"),
                    "application/json",
                    "m",
                    "c",
                    Address.reply("forbidden"),
                    Map.of())));
    assertThat(delivery.settled().outputs()).isEmpty();
    assertThat(bench.count(Counter.REPLIES_UNDELIVERABLE)).isEqualTo(1);
  }

  @Test
  void whatCameTooLateIsNotBegun() {
    AtomicInteger calls = new AtomicInteger();
    bench.handle(Integer.class, body -> calls.incrementAndGet());
    RecordingDelivery late =
        new RecordingDelivery(Wire.request("1", deadline(1_000))).age(Duration.ofSeconds(2));
    assertThat(bench.deliver(late).settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(late.settled().outputs()).isEmpty();
    RecordingDelivery lost = new RecordingDelivery(Wire.json("1"));
    lost.lose();
    bench.deliver(lost);
    assertThat(bench.deliver("2").settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(calls).hasValue(1);
    assertThat(lost.calls()).isEmpty();
    assertThat(bench.count(Counter.EXPIRED)).isEqualTo(1);
  }

  @Test
  void aBroadcastIsNeitherRetriedNorDead() {
    bench.handle(
        SubscribeOptions.broadcast("prices"),
        Integer.class,
        body -> fails(new RetryAfter(Duration.ZERO)));
    RecordingDelivery delivery = new RecordingDelivery(Wire.json("1"));
    bench.transport.source(Source.broadcast("prices")).listener().delivered(delivery);
    assertThat(delivery.settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(delivery.settled().outputs()).isEmpty();
    assertThat(bench.count(Counter.RETRIED) + bench.count(Counter.DEAD_LETTERED)).isZero();
  }

  /** Publishes its results on. */
  static final class Forwarding {
    @Subscriber("q")
    @PublishTo("next")
    @PublishTo(topic = "all")
    Message<Integer> forward(Message<Integer> message) {
      return message.withBody(message.body() + 1);
    }

    @Subscriber("quiet")
    @PublishTo("next")
    Integer nothing(Integer body) {
      return null;
    }
  }

  @Test
  void publishToGoesBeforeTheReplyAndWithoutHeadersOfOurs() {
    bench.register(new Forwarding());
    RecordingDelivery request =
        bench.deliver(
            new RecordingDelivery(
                Wire.request("1", Map.of("traceparent", "t", "parley-timeout", "9000"))));
    List<Outgoing> outputs = request.settled().outputs();
    assertThat(outputs)
        .extracting(Outgoing::to)
        .containsExactly(Address.queue("next"), Address.topic("all"), Address.reply("caller"));
    assertThat(headers(outputs.get(0))).containsOnlyKeys("traceparent", "parley-sent");
    RecordingDelivery quiet = new RecordingDelivery(Wire.json("1"));
    bench.transport.queue("quiet").listener().delivered(quiet);
    assertThat(quiet.settled().outputs()).isEmpty();
  }

  /** Takes what is beside the body. */
  static final class Beside {
    final CompletableFuture<String> got = new CompletableFuture<>();

    @Subscriber("q")
    int headers(@Header("count") int count, @Header("name") String name) {
      got.complete(count + " " + name);
      return count;
    }
  }

  @Test
  void aHeaderThatIsMissingOrCannotBeReadIsAnInvalidMessage() {
    Beside beside = new Beside();
    bench.register(beside);
    RecordingDelivery good = new RecordingDelivery(Wire.json("1", Map.of("count", "4")));
    assertThat(bench.deliver(good).settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(beside.got).isCompletedWithValue("4 null");
    for (Map<String, String> bad : List.of(Map.<String, String>of(), Map.of("count", "many"))) {
      RecordingDelivery delivery = bench.deliver(new RecordingDelivery(Wire.json("1", bad)));
      assertThat(headers(delivery.settled().outputs().get(0)))
          .containsEntry("parley-error", "INVALID_MESSAGE")
          .hasEntrySatisfying(
              "parley-error-message", text -> assertThat(text).contains("\"count\""));
    }
  }

  @Test
  void aFailingFactoryOfARegisteredErrorLeavesTheConsumerAlive() {
    bench.errors.add(
        "broken",
        IllegalStateException.class,
        message -> {
          throw new StackOverflowError("on purpose");
        });
    bench.handle(String.class, body -> body);
    RecordingDelivery delivery =
        bench.deliver(
            new RecordingDelivery(
                Wire.json("{\"error\":\"broken\"}", Map.of("parley-status", "HANDLER_FAILED"))));
    assertThat(delivery.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    assertThat(bench.deliver("\"next\"").settled().settlement()).isEqualTo(Settlement.DONE);
  }

  @Test
  void oneHandlerRunsAtOnceUnlessMoreAreAskedFor() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    bench.handle(
        Integer.class,
        body -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          begun.countDown();
          assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
          running.decrementAndGet();
          return body;
        });
    List<RecordingDelivery> all = List.of(bench.deliver("1"), bench.deliver("2"));
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    release.countDown();
    all.forEach(RecordingDelivery::settled);
    assertThat(most).hasValue(1);
  }
}
