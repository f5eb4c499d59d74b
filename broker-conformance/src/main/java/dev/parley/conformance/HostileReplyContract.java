package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.conformance.Samples.Order;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract §6, replies: what a server of unknown make can answer. */
abstract class HostileReplyContract extends Chapter {

  /** A call that a foreign server has received and not answered yet. */
  private record Asked(
      Broker client,
      ForeignClient server,
      RawMessage request,
      CompletableFuture<@Nullable Order> call) {

    void answer(RawMessage reply) {
      server.answer(request, reply);
    }

    void answerAs(String id) {
      server.send(request.require(REPLY_TO), RawMessage.json("{}").with(CORRELATION_ID, id));
    }
  }

  private Asked asked(String... settings) {
    String queue = fixture.name("asked");
    ForeignClient server = fixture.foreign();
    server.declare(queue);
    Broker client = fixture.broker(settings);
    CompletableFuture<@Nullable Order> call =
        client.publishAsync("x", to(queue).callback(Order.class));
    return new Asked(client, server, server.take(queue), call);
  }

  private static RawMessage problem(String status, String body) {
    return RawMessage.of(body)
        .with(CONTENT_TYPE, "application/problem+json")
        .header("parley-status", status);
  }

  private static final RawMessage GOOD = RawMessage.json("{\"id\":\"good\",\"quantity\":1}");

  static Stream<RawMessage> unreadable() {
    return Stream.of(
        RawMessage.json("{"),
        RawMessage.json("[1,2]"),
        RawMessage.json("[".repeat(100_000)),
        RawMessage.of("x").with(CONTENT_TYPE, "application/x-unheard-of"),
        RawMessage.of(new byte[] {(byte) 0xac, (byte) 0xed, 0, 5})
            .with(CONTENT_TYPE, "application/x-java-serialized-object"));
  }

  @ParameterizedTest
  @MethodSource("dev.parley.conformance.HostileReplyContract#unreadable")
  void aReplyThatCannotBeReadFailsTheCallAtOnce(RawMessage bad) {
    Asked asked = asked();

    asked.answer(bad);

    Expect.failsAtOnce(ErrorCode.REPLY_UNREADABLE, asked.call()::get);
    Expect.noCallInFlight(asked.client());
  }

  @Test
  void aReplyOverTheLimitFailsTheCallAtOnce() {
    Asked asked = asked("message.max-bytes", "1000");

    asked.answer(RawMessage.json("{\"id\":\"" + "x".repeat(1000) + "\",\"quantity\":1}"));

    Expect.failsAtOnce(ErrorCode.REPLY_UNREADABLE, asked.call()::get);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NONSENSE", "ok", "java.lang.Error", "\u0000"})
  void aStatusThatNobodyKnowsFailsTheCallAtOnce(String status) {
    Asked asked = asked();
    long begin = System.nanoTime();

    asked.answer(problem(status, "{\"detail\":\"d\"}"));

    assertThat(asked.call())
        .failsWithin(Expect.AT_ONCE)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(BrokerException.class);
    assertThat(Expect.since(begin)).isLessThan(Expect.AT_ONCE);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"HANDLER_FAILED", "INVALID_MESSAGE", "REPLY_UNREADABLE", "OVERLOADED", "EXPIRED"})
  void aFailureIsToldEvenWhenItsDocumentCannotBeRead(ErrorCode code) {
    for (String body :
        new String[] {"", "{", "[]", "null", "\"text\"", "{\"detail\":{\"a\":[]}}"}) {
      Asked asked = asked();

      asked.answer(problem(code.name(), body));

      Expect.failsAtOnce(code, asked.call()::get);
    }
  }

  @Test
  void violationsOfTheWrongShapeAreLeftOut() {
    Asked asked = asked();

    asked.answer(
        problem(
            "INVALID_MESSAGE",
            "{\"detail\":\"d\",\"violations\":[1,null,{\"path\":7},{\"message\":[]}]}"));

    BrokerException failure = Expect.failsAtOnce(ErrorCode.INVALID_MESSAGE, asked.call()::get);
    assertThat(failure).isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void aHugeErrorTextIsBounded() {
    Asked asked = asked();

    asked.answer(problem("HANDLER_FAILED", "{\"detail\":\"" + "x".repeat(1_000_000) + "\"}"));

    BrokerException failure = Expect.failsAtOnce(ErrorCode.HANDLER_FAILED, asked.call()::get);
    assertThat(failure).isInstanceOf(HandlerFailedException.class);
    assertThat(String.valueOf(failure.getMessage()).length()).isLessThan(100_000);
  }

  static Stream<String> foreignIds() {
    return Stream.of("", "x", "x".repeat(255), "x".repeat(65_536), "\u0000\u0001", "日本語");
  }

  @Test
  void repliesWithHostileIdsAreDiscardedAndCounted() throws Exception {
    Asked asked = asked();
    int sent = 0;
    for (String id : foreignIds().toList()) {
      if (id.getBytes(java.nio.charset.StandardCharsets.UTF_8).length
          <= asked.server().longestCorrelationId()) {
        asked.answerAs(id);
        sent++;
      }
    }
    asked.answer(GOOD);

    assertThat(asked.call().get()).isEqualTo(new Order("good", 1));
    Expect.counter(asked.client(), Counter.REPLIES_DISCARDED, sent);
  }

  @Test
  void aFloodOfUnknownRepliesLeavesNothingBehind() throws Exception {
    Asked asked = asked();

    for (int i = 0; i < 500; i++) {
      asked.answerAs("unknown-" + i);
    }
    asked.answer(GOOD);

    assertThat(asked.call().get()).isEqualTo(new Order("good", 1));
    Expect.counter(asked.client(), Counter.REPLIES_DISCARDED, 500);
    Expect.noCallInFlight(asked.client());
  }

  @Test
  void malformedTimesOfAReplyAreLeftOut() throws Exception {
    Asked asked = asked();

    asked.answer(
        GOOD.header("parley-handled-us", "soon")
            .header("parley-queued-us", "-5")
            .header("parley-server", ""));

    assertThat(asked.call().get()).isEqualTo(new Order("good", 1));
  }
}
