package dev.parley.engine.publish;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BrokerClosedException;
import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.PublishInterceptor;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.engine.doubles.PublishBench;
import dev.parley.engine.doubles.RecordingTransport.Sent;
import dev.parley.engine.doubles.Wire;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.spi.Address;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PublishingTest {

  private static final PublishOptions ORDERS = to("orders");
  private static final CallOptions<String> CALL = ORDERS.callback(String.class);

  private static Throwable errorOf(CompletableFuture<?> future) throws Exception {
    try {
      future.get(10, TimeUnit.SECONDS);
      throw new AssertionError("it succeeded");
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** A received message, as a handler has it. */
  private static Message<String> received(Map<String, String> headers) {
    return Message.received(
        "body",
        headers,
        "m-7",
        "c-7",
        "caller",
        "k-7",
        new Message.Receipt() {
          @Override
          public String queue() {
            return "in";
          }

          @Override
          public int attempt() {
            return 2;
          }

          @Override
          public Duration timeLeft() {
            return null;
          }

          @Override
          public Duration age() {
            return null;
          }
        });
  }

  @Test
  void allOptionsReachTheTransport() {
    try (PublishBench bench = PublishBench.manual()) {
      bench.publisher.publish(
          Message.of("body").header("a", "message").header("b", "message"),
          toTopic("prices")
              .header("b", "options")
              .key("k")
              .messageId("m")
              .replyTo("replies")
              .ttl(Duration.ofMinutes(1))
              .delay(Duration.ofSeconds(5))
              .timeout(Duration.ofSeconds(3)));
      Outgoing sent = bench.transport.onlySent().message();
      assertThat(sent.to()).isEqualTo(Address.topic("prices"));
      assertThat(sent.message().headers())
          .containsEntry("a", "message")
          .containsEntry("b", "options")
          .containsKey("parley-sent");
      assertThat(sent.message().messageId()).isEqualTo("m");
      assertThat(sent.message().replyTo()).isEqualTo(Address.reply("replies"));
      assertThat(sent.message().correlationId()).isNull();
      assertThat(sent.key()).isEqualTo("k");
      assertThat(sent.timeToLive()).isEqualTo(Duration.ofMinutes(1));
      assertThat(sent.delay()).isEqualTo(Duration.ofSeconds(5));
      assertThat(sent.persistent()).isTrue();
      assertThat(sent.deadlineNanos() - bench.timer.nanoTime())
          .isEqualTo(Duration.ofSeconds(3).toNanos());
      assertThat(bench.count(Counter.PUBLISHED)).isEqualTo(1);
    }
  }

  @Test
  void aRequestLivesNoLongerThanItsCaller() {
    try (PublishBench bench = PublishBench.manual()) {
      var unused =
          bench.publisher.callAsync(
              "body",
              ORDERS.ttl(Duration.ofHours(1)).callback(String.class).timeout(Duration.ofSeconds(2)),
              Reply::value);
      Outgoing sent = bench.transport.onlySent().message();
      assertThat(sent.timeToLive()).isEqualTo(Duration.ofSeconds(2));
      assertThat(sent.message().headers()).containsEntry("parley-timeout", "2000");
      assertThat(sent.persistent()).isFalse();
    }
  }

  @Test
  void aReceivedMessageIsPublishedAgainWithoutWhatIsOurs() {
    try (PublishBench bench = PublishBench.manual()) {
      bench.publisher.publish(
          received(
              Map.of(
                  "traceparent",
                  "t",
                  "Parley-Attempt",
                  "2",
                  "parley-timeout",
                  "9",
                  "reply_to",
                  "x")),
          ORDERS);
      Outgoing sent = bench.transport.onlySent().message();
      assertThat(sent.message().headers()).containsOnlyKeys("traceparent", "parley-sent");
      assertThat(sent.message().messageId()).isEqualTo("m-7");
      assertThat(sent.key()).isEqualTo("k-7");
      assertThat(sent.message().replyTo()).isNull();
      assertThat(sent.message().correlationId()).isNull();
    }
  }

  @Test
  void headersOfOursAreRefused() {
    try (PublishBench bench = PublishBench.manual()) {
      for (String name : new String[] {"parley-deadline", "Parley-X", "reply_to", "Content-Type"}) {
        assertThatThrownBy(() -> bench.publisher.publish("body", ORDERS.header(name, "x")))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(name)
            .hasMessageContaining("queue \"orders\"");
      }
      assertThat(bench.transport.sent()).isEmpty();
    }
  }

  @Test
  void failuresAreThrownAndCounted() throws Exception {
    try (PublishBench bench = PublishBench.manual()) {
      bench.transport.onSend = sent -> sent.fail(SendResult.unroutable(""));
      assertThatThrownBy(() -> bench.publisher.publish("body", ORDERS))
          .isInstanceOf(NoHandlerException.class);
      assertThat(errorOf(bench.publisher.publishAsync("body", ORDERS)))
          .isInstanceOf(NoHandlerException.class);
      assertThat(bench.count(Counter.PUBLISH_FAILURES)).isEqualTo(2);
    }
  }

  @Test
  void aTransportThatNeverAnswersEndsABlockingPublishAfterItsLimit() {
    try (PublishBench bench = PublishBench.real()) {
      bench.transport.onSend = sent -> {};
      assertThatThrownBy(
              () -> bench.publisher.publish("body", ORDERS.timeout(Duration.ofMillis(10))))
          .isInstanceOfSatisfying(
              PublishFailedException.class, e -> assertThat(e.maybeSent()).isTrue());
    }
  }

  @Test
  void aProbeThatNeverAnswersEndsAPublishAfterItsLimitAndSendsNothingLater() throws Exception {
    try (PublishBench bench = PublishBench.manual()) {
      CompletableFuture<Presence> asked = new CompletableFuture<>();
      bench.transport.onProbe = address -> asked;
      CompletableFuture<Void> future =
          bench.publisher.publishAsync(
              "body", ORDERS.requireHandler().timeout(Duration.ofSeconds(1)));
      bench.time.advance(Duration.ofMillis(1_010));
      assertThat(errorOf(future))
          .isInstanceOfSatisfying(
              PublishFailedException.class, e -> assertThat(e.maybeSent()).isFalse());
      asked.complete(Presence.LIVE);
      assertThat(bench.transport.sent()).isEmpty();
      assertThat(bench.timer.pending()).isZero();
    }
  }

  @Test
  void anInterruptEndsTheWaitingAndStaysSet() {
    try (PublishBench bench = PublishBench.manual()) {
      bench.transport.onSend = sent -> {};
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> bench.publisher.publish("body", ORDERS))
          .isInstanceOfSatisfying(
              BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosingBrokerRefusesAllButItsHandlers() throws Exception {
    try (PublishBench bench = PublishBench.manual()) {
      bench.gate.drain();
      assertThatThrownBy(() -> bench.publisher.publish("body", ORDERS))
          .isInstanceOf(BrokerClosedException.class);
      assertThat(errorOf(bench.publisher.publishAsync("body", ORDERS)))
          .isInstanceOf(BrokerClosedException.class);
      HandlerScope.run(
          new HandlerScope(bench.broker, false, 0, () -> true),
          () -> bench.publisher.publish("body", ORDERS));
      assertThat(bench.transport.sent()).hasSize(1);
    }
  }

  @Test
  void replyToAQueueThatIsNotStartedIsAMistake() {
    try (PublishBench bench = PublishBench.manual()) {
      assertThatThrownBy(() -> bench.publisher.publish("body", ORDERS.replyTo("not-started")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("broker.start()");
    }
  }

  @Test
  void theClientLibrarysOwnMessageGoesUntouched() {
    try (PublishBench bench = PublishBench.manual()) {
      bench.transport.nativeTypes = Set.of(AtomicInteger.class);
      AtomicInteger own = new AtomicInteger();
      Publisher publisher = new Publisher(bench.parts);
      publisher.publish(own, ORDERS);
      assertThat(bench.transport.onlySent().message().nativeMessage()).isSameAs(own);
    }
  }

  @Test
  void interceptorsSurroundEachOtherAndMayChangeTheMessage() {
    PublishInterceptor outer =
        (message, options, next) -> next.proceed(message.header("order", "outer"));
    PublishInterceptor inner =
        (message, options, next) ->
            next.proceed(
                message
                    .withBody("changed")
                    .header("order", message.header("order").get() + " inner"));
    try (PublishBench bench = PublishBench.manual(outer, inner)) {
      bench.publisher.publish("body", ORDERS);
      Outgoing sent = bench.transport.onlySent().message();
      assertThat(Wire.text(sent.message())).isEqualTo("changed");
      assertThat(sent.message().headers()).containsEntry("order", "outer inner");
    }
  }

  private static void assertPublishAndCallFail(PublishInterceptor interceptor, String reason)
      throws Exception {
    try (PublishBench bench = PublishBench.manual(interceptor)) {
      assertThatThrownBy(() -> bench.publisher.publish("body", ORDERS))
          .hasMessageContaining(reason);
      assertThat(errorOf(bench.publisher.publishAsync("body", ORDERS)))
          .hasMessageContaining(reason);
      assertThatThrownBy(() -> bench.publisher.call("body", CALL)).hasMessageContaining(reason);
      assertThatThrownBy(() -> bench.publisher.request("body", CALL)).hasMessageContaining(reason);
      assertThat(errorOf(bench.publisher.callAsync("body", CALL, Reply::value)))
          .hasMessageContaining(reason);
    }
  }

  @Test
  void anInterceptorThatMisbehavesFailsThePublishAndIsNamed() throws Exception {
    String name = PublishingTest.class.getName();
    assertPublishAndCallFail(
        (message, options, next) -> CompletableFuture.completedFuture(null), name);
    assertPublishAndCallFail(
        (message, options, next) -> CompletableFuture.completedFuture(null),
        "returned without proceeding");
    assertPublishAndCallFail(
        (message, options, next) -> {
          CompletionStage<?> first = next.proceed(message);
          assertThat(first).isNotNull();
          return next.proceed(message);
        },
        "proceeded twice");
    assertPublishAndCallFail(
        (message, options, next) -> {
          throw new IllegalStateException("refused by policy");
        },
        "refused by policy");
    assertPublishAndCallFail(
        (message, options, next) -> {
          next.proceed(message);
          return null;
        },
        "returned null");
    assertPublishAndCallFail(
        (message, options, next) -> next.proceed(message.header("parley-deadline", "0")),
        "parley-deadline");
  }

  @Test
  void whatAnInterceptorAddsNeverRunsOnTheTransportsThread() throws Exception {
    CompletableFuture<Thread> ranOn = new CompletableFuture<>();
    PublishInterceptor measuring =
        (message, options, next) ->
            next.proceed(message)
                .whenComplete((value, error) -> ranOn.complete(Thread.currentThread()));
    try (PublishBench bench = PublishBench.manual(measuring)) {
      bench.transport.onSend = sent -> {};
      CompletableFuture<Void> future = bench.publisher.publishAsync("body", ORDERS);
      bench.transport.onlySent().confirm(); // on this thread
      future.get(10, TimeUnit.SECONDS);
      assertThat(ranOn.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }
  }

  @Test
  void cancellingAnInterceptedCallEndsIt() {
    AtomicInteger proceeded = new AtomicInteger();
    PublishInterceptor counting =
        (message, options, next) -> {
          proceeded.incrementAndGet();
          return next.proceed(message).thenApply(reply -> reply);
        };
    try (PublishBench bench = PublishBench.manual(counting)) {
      CompletableFuture<String> future = bench.publisher.callAsync("body", CALL, Reply::value);
      assertThat(bench.publisher.callsInFlight()).isEqualTo(1);
      future.cancel(true);
      assertThat(bench.publisher.callsInFlight()).isZero();
      assertThat(proceeded).hasValue(1);
    }
  }

  @Test
  void anInterceptorThatChangesTheReplyIsHeard() throws Exception {
    PublishInterceptor upper =
        (message, options, next) ->
            next.proceed(message)
                .thenApply(
                    reply ->
                        Reply.success(
                            ((Reply<?>) reply).value() + "!",
                            Map.of(),
                            null,
                            null,
                            new Reply.Timings(null, null, null)));
    try (PublishBench bench = PublishBench.manual(upper)) {
      CompletableFuture<String> future = bench.publisher.callAsync("body", CALL, Reply::value);
      Sent sent = bench.transport.onlySent();
      bench.transport.reply(sent.correlationId(), "value");
      assertThat(future.get(10, TimeUnit.SECONDS)).isEqualTo("value!");
    }
  }
}
