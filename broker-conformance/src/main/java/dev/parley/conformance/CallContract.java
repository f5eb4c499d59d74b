package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.PublishOptions;
import dev.parley.Reply;
import dev.parley.SubscribeOptions;
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract §4: one call at a time. */
abstract class CallContract extends Chapter {

  static Stream<Arguments> falsy() {
    return Stream.of(
        Arguments.of(new TypeRef<Integer>() {}, 0),
        Arguments.of(new TypeRef<Boolean>() {}, false),
        Arguments.of(new TypeRef<String>() {}, ""),
        Arguments.of(new TypeRef<List<String>>() {}, List.of()),
        Arguments.of(new TypeRef<Map<String, String>>() {}, Map.of()),
        Arguments.of(new TypeRef<byte[]>() {}, new byte[0]));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("dev.parley.conformance.CallContract#falsy")
  <T> void falsyBodiesAndRepliesSurviveTheTrip(TypeRef<T> type, T value) throws Exception {
    String queue = fixture.name("falsy");
    Seen<T> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    SubscribeOptions.queue(queue),
                    type,
                    body -> {
                      seen.handle(body);
                      return body;
                    }));

    Reply<T> reply = broker.request(value, to(queue).callback(type));

    assertThat(seen.next()).isEqualTo(value);
    assertThat(reply.value()).isEqualTo(value);
  }

  @Test
  void nullSurvivesTheTripAndIsNoTimeout() throws Exception {
    String queue = fixture.name("null");
    Seen<String> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      seen.handle(body);
                      return null;
                    }));

    Reply<String> reply = broker.request(null, to(queue).callback(String.class).raiseTimeout());

    assertThat(seen.nextOrNull()).isNull();
    assertThat(reply.value()).isNull();
    assertThat(broker.counters().get(Counter.CALLS_REPLIED)).isEqualTo(1);
  }

  @Test
  void aMegabyteSurvivesTheTrip() {
    String queue = fixture.name("megabyte");
    byte[] body = new byte[1 << 20];
    new java.util.Random(7).nextBytes(body);
    Broker broker = fixture.started(on -> on.subscribe(queue, byte[].class, bytes -> bytes));

    assertThat(broker.publish(body, to(queue).callback(byte[].class))).isEqualTo(body);
  }

  @Test
  void aFullReplyTellsServerAndTimes() {
    String queue = fixture.name("full");
    Broker server = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    Broker client = fixture.broker();

    Reply<String> reply = client.request("x", to(queue).callback(String.class));

    assertThat(reply.value()).isEqualTo("x");
    assertThat(reply.server()).contains(server.name());
    assertThat(reply.correlationId()).isPresent();
    assertThat(reply.handled()).isPresent();
    assertThat(reply.total()).isPresent();
    assertThat(reply.total().orElseThrow()).isGreaterThanOrEqualTo(reply.handled().orElseThrow());
  }

  @Test
  void theCallsOfOneInstanceHaveOneReplyAddressAndTheirOwnIds() throws Exception {
    String queue = fixture.name("addresses");
    Seen<Message<String>> seen = new Seen<>();
    fixture.started(
        on -> on.consume(SubscribeOptions.queue(queue), new TypeRef<Message<String>>() {}, seen));
    Broker client = fixture.broker();

    client.publish("1", to(queue).callback(Void.class));
    client.publish("2", to(queue).callback(Void.class));

    Message<String> first = seen.next();
    Message<String> second = seen.next();
    assertThat(first.replyTo()).isPresent().isEqualTo(second.replyTo());
    assertThat(first.correlationId()).isPresent().isNotEqualTo(second.correlationId());
    assertThat(first.correlationId().orElseThrow().length()).isGreaterThanOrEqualTo(22);
  }

  private String declared(String name) {
    String queue = fixture.name(name);
    fixture.broker().declare(queue);
    return queue;
  }

  @Test
  void theFirstReplyWinsAndUnknownOnesAreDiscarded() throws Exception {
    String queue = declared("foreign-server");
    ForeignClient server = fixture.foreign();
    Broker client = fixture.broker();
    CompletableFuture<@Nullable Integer> call =
        client.publishAsync("x", to(queue).callback(Integer.class));
    RawMessage request = server.take(queue);
    String address = request.require(REPLY_TO);

    server.send(address, RawMessage.of("0").with(CORRELATION_ID, "unknown"));
    server.send(address, RawMessage.of("0"));
    server.answer(request, RawMessage.of("1"));
    server.answer(request, RawMessage.of("2"));

    assertThat(call.get()).isEqualTo(1);
    Expect.counter(client, Counter.REPLIES_DISCARDED, 3);
    Expect.noCallInFlight(client);
  }

  @Test
  void cancellingTheFutureEndsTheCall() {
    PublishOptions nobody = to(declared("nobody"));
    Broker client = fixture.broker();
    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", nobody.callback(String.class));

    assertThat(call.cancel(true)).isTrue();

    assertThat(catchThrowable(call::get)).isInstanceOf(CancellationException.class);
    Expect.noCallInFlight(client);
    Expect.counter(client, Counter.CALLS_FAILED, 1);
    String queue = fixture.name("echo");
    fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    assertThat(client.publish("next", to(queue).callback(String.class)))
        .as("the client is as good as before")
        .isEqualTo("next");
  }

  @Test
  void interruptingTheCallerEndsTheCall() throws Exception {
    PublishOptions nobody = to(declared("nobody"));
    Broker client = fixture.broker();
    CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              Throwable thrown =
                  catchThrowable(() -> client.publish("x", nobody.callback(String.class)));
              if (thrown == null) {
                stillInterrupted.completeExceptionally(new AssertionError("it returned"));
              } else {
                stillInterrupted.complete(Thread.currentThread().isInterrupted());
              }
            },
            "interrupted-caller");
    caller.start();
    Expect.counter(client, Counter.PUBLISHED, 1);

    caller.interrupt();

    assertThat(stillInterrupted.get()).isTrue();
    Expect.noCallInFlight(client);
  }

  @Test
  void everyCallIsCountedOnce() {
    String queue = fixture.name("counted");
    Broker broker = fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    String nobody = declared("nobody");

    broker.publish("x", to(queue).callback(String.class));
    broker.publish("x", to(nobody).callback(String.class).timeout(Duration.ofMillis(100)));
    Expect.failsAtOnce(
        ErrorCode.NO_HANDLER,
        () -> broker.publish("x", to(fixture.name("typo")).callback(String.class)));

    Expect.counter(broker, Counter.CALLS, 3);
    Expect.counter(broker, Counter.CALLS_REPLIED, 1);
    Expect.counter(broker, Counter.CALLS_TIMED_OUT, 1);
    Expect.counter(broker, Counter.CALLS_FAILED, 1);
    Expect.noCallInFlight(broker);
  }
}
