package dev.parley.engine.publish;

import static dev.parley.PublishOptions.to;
import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BrokerClosedException;
import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.Reply;
import dev.parley.ReplyUnreadableException;
import dev.parley.engine.doubles.Hooked;
import dev.parley.engine.doubles.PublishBench;
import dev.parley.engine.doubles.RecordingTransport;
import dev.parley.engine.doubles.RecordingTransport.Sent;
import dev.parley.spi.Address;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every way a call can end; none leaves an entry or a timer behind. */
class CallEndingsTest {

  private static final CallOptions<String> CALL =
      to("orders").callback(String.class).timeout(Duration.ofSeconds(3));

  private final PublishBench bench = PublishBench.manual();
  private final RecordingTransport transport = bench.transport;

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(bench.publisher.callsInFlight()).isZero();
    assertThat(bench.timer.pending()).isZero();
    bench.close();
  }

  private CompletableFuture<String> call() {
    return call(CALL);
  }

  private <R> CompletableFuture<R> call(CallOptions<R> options) {
    return bench.publisher.callAsync("body", options, Reply::value);
  }

  private static Throwable errorOf(CompletableFuture<?> future) {
    try {
      future.get(10, TimeUnit.SECONDS);
      throw new AssertionError("it succeeded");
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (Exception e) {
      return e;
    }
  }

  private static <T> T valueOf(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aReplyEndsIt() throws Exception {
    CompletableFuture<String> future = call();
    transport.reply(transport.onlySent().correlationId(), "done");
    assertThat(valueOf(future)).isEqualTo("done");
    assertThat(bench.count(Counter.CALLS)).isEqualTo(1);
    assertThat(bench.count(Counter.CALLS_REPLIED)).isEqualTo(1);
    assertThat(bench.count(Counter.PUBLISHED)).isEqualTo(1);
  }

  @Test
  void aReplyThatComesBeforeSendReturnsEndsIt() throws Exception {
    transport.onSend =
        sent -> {
          transport.reply(sent.correlationId(), "early");
          sent.confirm();
        };
    assertThat(valueOf(call())).isEqualTo("early");
  }

  @Test
  void aReplyThatOvertakesTheConfirmationEndsItAndAFailedSendLaterChangesNothing()
      throws Exception {
    transport.onSend = sent -> {};
    CompletableFuture<String> future = call();
    Sent sent = transport.onlySent();
    transport.reply(sent.correlationId(), "first");
    sent.fail(SendResult.unknown("connection lost", null));
    assertThat(valueOf(future)).isEqualTo("first");
    assertThat(bench.count(Counter.CALLS_FAILED)).isZero();
  }

  @Test
  void theFirstReplyWinsAndOthersAreCounted() throws Exception {
    CompletableFuture<String> future = call();
    String id = transport.onlySent().correlationId();
    transport.reply(id, "first");
    transport.reply(id, "second");
    transport.reply("unknown", "whose?");
    transport.reply(null, "nobody's");
    transport.reply("", "nobody's");
    assertThat(valueOf(future)).isEqualTo("first");
    assertThat(bench.count(Counter.REPLIES_DISCARDED)).isEqualTo(4);
    assertThat(bench.count(Counter.CALLS_REPLIED)).isEqualTo(1);
  }

  @Test
  void aConfirmedRequestTimesOut() {
    CompletableFuture<String> future = call();
    bench.time.advance(Duration.ofMillis(2_990));
    assertThat(future).isNotDone();
    bench.time.advance(Duration.ofMillis(20));
    assertThat(errorOf(future))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("No reply from queue \"orders\" within PT3S");
    assertThat(bench.count(Counter.CALLS_TIMED_OUT)).isEqualTo(1);
    transport.reply(transport.onlySent().correlationId(), "late");
    assertThat(bench.count(Counter.REPLIES_DISCARDED)).isEqualTo(1);
  }

  @Test
  void aRequestThatWasNotConfirmedIsNoTimeOut() {
    transport.onSend = sent -> {};
    CompletableFuture<String> future = call();
    bench.time.advance(Duration.ofMillis(3_010));
    assertThat(errorOf(future))
        .isInstanceOfSatisfying(
            PublishFailedException.class, e -> assertThat(e.maybeSent()).isTrue())
        .hasMessageContaining("was sent but not confirmed within PT3S");
  }

  @Test
  void aRequestThatFoundNoReplyAddressWasNotSent() {
    transport.onOpenInbox = listener -> {};
    CompletableFuture<String> future = call();
    bench.time.advance(Duration.ofMillis(3_010));
    assertThat(errorOf(future))
        .isInstanceOfSatisfying(
            PublishFailedException.class, e -> assertThat(e.maybeSent()).isFalse())
        .hasMessageContaining("could not be sent within PT3S");
    assertThat(transport.sent()).isEmpty();
  }

  @Test
  void aCallWithoutTimeOutWaitsForEverButNotForItsConfirmation() throws Exception {
    transport.onOpenInbox = listener -> {};
    CompletableFuture<String> unsent = call(to("orders").callback(String.class).noTimeout());
    bench.time.advance(Duration.ofMillis(21_010)); // publish.timeout, and a second of grace
    assertThat(errorOf(unsent))
        .isInstanceOf(PublishFailedException.class)
        .hasMessageContaining("within PT20S");

    transport.inbox().ready(Address.reply("inbox-1"));
    CompletableFuture<String> confirmed = call(to("orders").callback(String.class).noTimeout());
    bench.time.advance(Duration.ofSeconds(60));
    assertThat(confirmed).isNotDone();
    Sent sent = transport.onlySent();
    assertThat(sent.message().persistent()).isTrue();
    assertThat(sent.message().timeToLive()).isNull();
    transport.reply(sent.correlationId(), "at last");
    assertThat(valueOf(confirmed)).isEqualTo("at last");
  }

  @Test
  void eachKindOfSendFailureEndsItAtOnce() {
    transport.onSend = sent -> sent.fail(SendResult.unroutable("312 NO_ROUTE"));
    assertThat(errorOf(call()))
        .isInstanceOf(NoHandlerException.class)
        .hasMessageContaining("queue \"orders\"")
        .hasMessageContaining("312 NO_ROUTE");
    transport.onSend = sent -> sent.fail(SendResult.refused("too large", null));
    assertThat(errorOf(call()))
        .isInstanceOfSatisfying(
            PublishFailedException.class, e -> assertThat(e.maybeSent()).isFalse());
    transport.onSend = sent -> sent.fail(SendResult.unknown("connection lost", null));
    assertThat(errorOf(call()))
        .isInstanceOfSatisfying(
            PublishFailedException.class, e -> assertThat(e.maybeSent()).isTrue());
    assertThat(bench.count(Counter.PUBLISH_FAILURES)).isEqualTo(3);
    assertThat(bench.count(Counter.CALLS_FAILED)).isEqualTo(3);
  }

  @Test
  void aTransportThatThrowsEndsIt() {
    transport.onSend =
        sent -> {
          throw new IllegalStateException("broken");
        };
    assertThat(errorOf(call()))
        .isInstanceOf(PublishFailedException.class)
        .hasMessageContaining("broken");
  }

  @Test
  void aBodyThatCannotBeWrittenEndsIt() {
    CompletableFuture<String> future =
        bench.publisher.callAsync(Hooked.failing(), CALL, Reply::value);
    assertThat(errorOf(future))
        .isInstanceOfSatisfying(
            PublishFailedException.class, e -> assertThat(e.maybeSent()).isFalse());
    assertThatThrownBy(() -> bench.publisher.call(Hooked.failing(), CALL))
        .isInstanceOf(PublishFailedException.class);
    assertThat(transport.sent()).isEmpty();
  }

  @Test
  void aBodyOverTheLimitEndsIt() {
    assertThat(errorOf(bench.publisher.callAsync(new byte[1_000_001], CALL, Reply::value)))
        .isInstanceOf(PublishFailedException.class)
        .hasMessageContaining("message.max-bytes allows 1000000");
  }

  @Test
  void cancellingTheFutureEndsIt() {
    CompletableFuture<String> future = call();
    future.cancel(true);
    assertThat(bench.publisher.callsInFlight()).isZero();
    assertThat(bench.count(Counter.CALLS_FAILED)).isEqualTo(1);
    transport.reply(transport.onlySent().correlationId(), "late");
    assertThat(bench.count(Counter.REPLIES_DISCARDED)).isEqualTo(1);
  }

  @Test
  void whatEverCompletesTheFutureEndsIt() {
    CompletableFuture<String> future = call(to("orders").callback(String.class).noTimeout());
    future.completeExceptionally(new TimeoutException("by its user"));
    assertThat(bench.publisher.callsInFlight()).isZero();
  }

  @Test
  void aLostReplyAddressEndsTheCallsThatReliedOnIt() {
    CompletableFuture<String> future = call();
    transport.inbox().gone("channel closed");
    assertThat(errorOf(future))
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageContaining("channel closed");
    CompletableFuture<String> next = call();
    assertThat(next).isNotDone();
    transport.inbox().ready(Address.reply("inbox-2"));
    await().until(() -> transport.sent().size() == 2);
    Sent second = transport.sent().get(1);
    assertThat(second.message().message().replyTo()).isEqualTo(Address.reply("inbox-2"));
    transport.reply(second.correlationId(), "ok");
    assertThat(next).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("ok");
  }

  @Test
  void closeEndsAllAndWhatIsBegunAfterwards() {
    CompletableFuture<String> sent = call();
    transport.inbox().gone("restart");
    CompletableFuture<String> waiting = call();
    bench.publisher.close();
    assertThat(errorOf(sent)).isInstanceOf(ConnectionLostException.class);
    assertThat(errorOf(waiting)).isInstanceOf(BrokerClosedException.class);
    assertThat(errorOf(call())).isInstanceOf(BrokerClosedException.class);
    assertThat(transport.sent()).hasSize(1);
    assertThat(transport.isInboxClosed()).isTrue();
  }

  @Test
  void aReplyDuringCloseThrowsNothingIntoTheTransport() {
    CompletableFuture<String> future = call();
    String id = transport.onlySent().correlationId();
    bench.threads.close(Duration.ofSeconds(1));
    transport.reply(id, "in time");
    assertThat(future).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("in time");
  }

  @Test
  void withTooManyInFlightItIsNotBegun() {
    try (PublishBench small = new PublishBench(null, 2)) {
      CompletableFuture<String> first = small.publisher.callAsync("1", CALL, Reply::value);
      CompletableFuture<String> second = small.publisher.callAsync("2", CALL, Reply::value);
      assertThat(errorOf(small.publisher.callAsync("3", CALL, Reply::value)))
          .isInstanceOfSatisfying(
              BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
          .hasMessageContaining("call.limit");
      assertThat(small.count(Counter.OVERLOADED)).isEqualTo(1);
      assertThat(small.count(Counter.CALLS)).isEqualTo(2);
      assertThat(small.transport.sent()).hasSize(2);
      first.cancel(true);
      CompletableFuture<String> third = small.publisher.callAsync("3", CALL, Reply::value);
      assertThat(small.transport.sent()).hasSize(3);
      second.cancel(true);
      third.cancel(true);
      assertThat(small.publisher.callsInFlight()).isZero();
    }
  }

  @Test
  void requireHandlerSendsOnlyToALiveOne() {
    CallOptions<String> live = to("orders").requireHandler().callback(String.class);
    transport.onProbe = address -> CompletableFuture.completedFuture(Presence.DECLARED);
    assertThat(errorOf(call(live)))
        .isInstanceOf(NoHandlerException.class)
        .hasMessageContaining("no live consumer");
    transport.onProbe = address -> CompletableFuture.completedFuture(Presence.ABSENT);
    assertThat(errorOf(call(live)))
        .isInstanceOf(NoHandlerException.class)
        .hasMessageContaining("was never declared");
    transport.onProbe =
        address -> CompletableFuture.failedFuture(new TransportException("no connection", null));
    assertThat(errorOf(call(live)))
        .isInstanceOf(PublishFailedException.class)
        .hasMessageContaining("no connection");
    assertThat(transport.sent()).isEmpty();
    transport.onProbe = address -> CompletableFuture.completedFuture(Presence.LIVE);
    CompletableFuture<String> future = call(live);
    transport.reply(transport.onlySent().correlationId(), "ok");
    assertThat(future).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("ok");
  }

  @Test
  void anAnswerToAProbeThatCameTooLateSendsNothing() {
    CompletableFuture<Presence> asked = new CompletableFuture<>();
    transport.onProbe = address -> asked;
    CompletableFuture<String> future =
        call(to("orders").requireHandler().callback(String.class).timeout(Duration.ofSeconds(1)));
    bench.time.advance(Duration.ofMillis(1_010));
    assertThat(errorOf(future)).isInstanceOf(PublishFailedException.class);
    asked.complete(Presence.LIVE);
    assertThat(transport.sent()).isEmpty();
  }

  @Test
  void aReplyThatCannotBeReadIsAnError() {
    CompletableFuture<Integer> future = call(to("orders").callback(Integer.class));
    transport.reply(transport.onlySent().correlationId(), "not a number");
    assertThat(errorOf(future)).isInstanceOf(ReplyUnreadableException.class);
  }

  @Test
  void aFailingFactoryOfARegisteredErrorIsToldByItsName() {
    bench.errors.add(
        "out-of-stock",
        IllegalStateException.class,
        message -> {
          throw new UnsupportedOperationException("broken factory");
        });
    CompletableFuture<String> future = call();
    transport
        .inbox()
        .received(
            RecordingTransport.replyOf(
                transport.onlySent().correlationId(),
                "{\"detail\":\"none left\",\"error\":\"out-of-stock\"}",
                Map.of("parley-status", "HANDLER_FAILED")));
    assertThat(errorOf(future)).hasMessageContaining("out-of-stock: none left");
  }

  @Test
  void anErrorWhileTheReplyIsReadFailsTheFuture() {
    CompletableFuture<String> future =
        bench.publisher.callAsync(
            "body",
            CALL,
            reply -> {
              throw new StackOverflowError("on purpose");
            });
    transport.reply(transport.onlySent().correlationId(), "deep");
    assertThat(errorOf(future)).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void timeOutsLongerThanTimeItselfAreAccepted() {
    CompletableFuture<String> future =
        call(to("orders").callback(String.class).timeout(Duration.ofSeconds(Long.MAX_VALUE)));
    transport.reply(transport.onlySent().correlationId(), "ok");
    assertThat(future).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("ok");
  }

  @Test
  void callbacksNeverRunOnTheThreadThatReadsReplies() throws Exception {
    CompletableFuture<String> future = call();
    CompletableFuture<Thread> ranOn = new CompletableFuture<>();
    CountDownLatch blocked = new CountDownLatch(1);
    var unused =
        future.thenAccept(
            value -> {
              ranOn.complete(Thread.currentThread());
              try {
                blocked.await(10, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    CompletableFuture<String> other = call();
    transport.reply(transport.sent().get(0).correlationId(), "slow"); // on this thread
    transport.reply(transport.sent().get(1).correlationId(), "quick");
    assertThat(valueOf(other)).isEqualTo("quick");
    assertThat(valueOf(ranOn)).isNotSameAs(Thread.currentThread());
    blocked.countDown();
  }
}
