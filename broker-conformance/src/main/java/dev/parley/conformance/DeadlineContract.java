package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.TypeRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract §4: deadlines travel. */
abstract class DeadlineContract extends Chapter {

  private static final Duration LIMIT = Duration.ofSeconds(1); // with a first connection in it

  @Test
  void aRequestThatWaitedTooLongBehindOthersIsNotExecuted() throws Exception {
    String queue = fixture.name("busy");
    Gate gate = new Gate();
    Seen<String> seen = new Seen<>();
    Broker server =
        fixture.started(
            on ->
                on.consume(
                    queue,
                    String.class,
                    body -> {
                      if (body.equals("ready")) {
                        return;
                      }
                      seen.handle(body);
                      gate.pass();
                    }));
    Broker client = fixture.broker();
    client.publish("ready", to(queue).callback(Void.class).raiseTimeout()); // has an inbox by now
    client.publish("first", to(queue));
    gate.awaitEntered(1);

    CompletableFuture<@Nullable Void> late =
        client.publishAsync("late", to(queue).callback(Void.class).timeout(LIMIT));
    Expect.counter(server, Counter.RECEIVED, 3);
    long receivedBy = System.nanoTime(); // whence a server counts that no broker tells of the age
    Expect.fails(ErrorCode.TIMEOUT, late);
    Expect.await().until(() -> System.nanoTime() - receivedBy > LIMIT.toNanos());
    client.publish("fence", to(queue));
    gate.open();

    assertThat(seen.next(2)).containsExactly("first", "fence");
    Expect.counter(server, Counter.EXPIRED, 1);
    assertThat(server.counters().get(Counter.DEAD_LETTERED)).isZero();
  }

  @Test
  void aRequestThatExpiresBeforeAServerComesIsNotExecuted() throws Exception {
    String queue = fixture.name("unserved");
    Broker client = fixture.broker();
    client.declare(queue);
    CompletableFuture<@Nullable Void> late =
        client.publishAsync("late", to(queue).callback(Void.class).timeout(LIMIT));
    Expect.fails(ErrorCode.TIMEOUT, late);
    client.publish("fence", to(queue));
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(queue, String.class, seen));

    assertThat(seen.next()).isEqualTo("fence");
  }

  @Test
  void aRequestInsideOfAHandlerInheritsWhatIsLeft() throws Exception {
    String outer = fixture.name("outer");
    String inner = fixture.name("inner");
    Seen<Duration> innerLeft = new Seen<>();
    Broker broker = fixture.broker();
    broker.subscribe(
        outer,
        String.class,
        body -> broker.publish(body, to(inner).callback(String.class).raiseTimeout()));
    broker.subscribe(
        queue(inner),
        new TypeRef<Message<String>>() {},
        message -> {
          innerLeft.handle(message.timeLeft().orElseThrow());
          return "done";
        });
    broker.start();

    broker.publish("x", to(outer).callback(String.class).timeout(Duration.ofSeconds(5)));

    assertThat(innerLeft.next()).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aRequestInsideOfAHandlerWaitsNoLongerThanItsCaller() throws Exception {
    String outer = fixture.name("outer");
    String nobody = fixture.name("nobody");
    Seen<Duration> waited = new Seen<>();
    Broker broker = fixture.broker();
    broker.declare(nobody);
    broker.subscribe(
        outer,
        String.class,
        body -> {
          long begin = System.nanoTime();
          String reply = broker.publish(body, to(nobody).callback(String.class));
          waited.handle(Expect.since(begin));
          return String.valueOf(reply);
        });
    broker.start();

    broker.publish("x", to(outer).callback(String.class).timeout(LIMIT));

    assertThat(waited.next()).isLessThan(LIMIT.plus(Expect.AT_ONCE));
  }

  /** A request whose sender's clock is that much behind, with thirty seconds to wait. */
  private static RawMessage skewed(Duration behind) {
    Instant sent = Instant.now().minus(behind);
    return RawMessage.of("skewed")
        .header("parley-sent", Long.toString(sent.toEpochMilli()))
        .header("parley-deadline", Long.toString(sent.plusSeconds(30).toEpochMilli()));
  }

  @Test
  void aDeadlineByAnotherMachinesClockIsNotTrusted() throws Exception {
    String queue = fixture.name("clocks");
    Seen<String> seen = new Seen<>();
    fixture.started(on -> on.consume(queue, String.class, seen));
    ForeignClient client = fixture.foreign();

    client.send(queue, skewed(Duration.ofMinutes(4)).header("parley-timeout", "30000"));
    client.send(queue, skewed(Duration.ofMinutes(4)));

    assertThat(seen.next(2)).containsOnly("skewed");
  }

  @ParameterizedTest
  @ValueSource(longs = {-5, 5})
  void noLiveRequestExpiresWhereClocksAreFiveMinutesApart(long minutes) throws Exception {
    String queue = fixture.name("apart");
    Duration apart = Duration.ofMinutes(minutes);
    Gate gate = new Gate();
    Broker server = fixture.open(fixture.builder().clock(() -> Instant.now().plus(apart)));
    server.subscribe(
        queue(queue).loadShedding(true),
        new TypeRef<Message<String>>() {},
        message -> {
          gate.pass();
          return message.timeLeft().orElseThrow().toString();
        });
    server.start();
    Broker client = fixture.broker();
    Duration limit = Duration.ofSeconds(20);

    CompletableFuture<@Nullable String> first =
        client.publishAsync("x", to(queue).callback(String.class).timeout(limit));
    CompletableFuture<@Nullable String> second =
        client.publishAsync("x", to(queue).callback(String.class).timeout(limit));
    gate.awaitEntered(1);
    Expect.letPass(LIMIT); // the second waits at the server meanwhile
    gate.open();

    for (CompletableFuture<@Nullable String> call : List.of(first, second)) {
      assertThat(Duration.parse(call.get(10, TimeUnit.SECONDS))).isBetween(LIMIT, limit);
    }
    assertThat(server.counters().get(Counter.EXPIRED)).isZero();
    assertThat(server.counters().get(Counter.OVERLOADED)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-5, 5})
  void aRequestThatIsOverExpiresWhereClocksAreFiveMinutesApart(long minutes) throws Exception {
    String queue = fixture.name("apart");
    Duration apart = Duration.ofMinutes(minutes);
    Broker client = fixture.open(fixture.builder().clock(() -> Instant.now().plus(apart)));
    client.declare(queue);
    CompletableFuture<@Nullable Void> late =
        client.publishAsync("late", to(queue).callback(Void.class).timeout(LIMIT));
    Expect.fails(ErrorCode.TIMEOUT, late);
    client.publish("fence", to(queue));
    Seen<String> seen = new Seen<>();

    fixture.started(on -> on.consume(queue, String.class, seen));

    assertThat(seen.next()).isEqualTo("fence");
  }

  @Test
  void aDeadlineThatIsLongPastByAnyClockIsBelieved() throws Exception {
    String queue = fixture.name("clocks");
    Seen<String> seen = new Seen<>();
    Broker server = fixture.started(on -> on.consume(queue, String.class, seen));
    ForeignClient client = fixture.foreign();

    client.send(queue, skewed(Duration.ofMinutes(10)));
    client.send(queue, RawMessage.of("fence"));

    assertThat(seen.next()).isEqualTo("fence");
    Expect.counter(server, Counter.EXPIRED, 1);
  }

  @Test
  void aHandlerForWhichNobodyWaitsAnyMoreIsInterruptedAndThatIsNoFailure() throws Exception {
    String queue = fixture.name("slow");
    Gate gate = new Gate();
    Broker server =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      gate.pass();
                      return body;
                    }));
    Broker client = fixture.broker();
    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class).timeout(LIMIT));
    gate.awaitEntered(1);
    Expect.fails(ErrorCode.TIMEOUT, call);
    client.close();

    Expect.counter(server, Counter.CANCELLED, 1); // while the gate is shut
    assertThat(server.health().healthy()).isTrue();
    assertThat(server.counters().get(Counter.FAILED)).isZero();
  }
}
