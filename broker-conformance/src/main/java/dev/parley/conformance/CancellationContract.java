package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.Expect.await;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Contract §4: who no longer waits is heard of; deadlines are kept on both sides. */
abstract class CancellationContract extends Chapter {

  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicBoolean interrupted = new AtomicBoolean();

  private Broker slowServer() {
    return fixture.started(on -> on.subscribe(fixture.name("slow"), String.class, this::hang));
  }

  private String hang(String body) {
    begun.incrementAndGet();
    try {
      return String.valueOf(never.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      interrupted.set(true);
      return "interrupted";
    }
  }

  @Test
  void cancellingTheFutureInterruptsTheHandler() {
    Broker server = slowServer();
    Broker client = fixture.broker();
    CompletableFuture<String> call =
        client.publishAsync("x", to(fixture.name("slow")).callback(String.class));
    await().until(() -> begun.get() == 1);

    call.cancel(true);

    await().untilTrue(interrupted);
    await().until(() -> server.counters().get(Counter.CANCELLED) == 1);
    assertThat(client.counters().get(Counter.CANCELS_SENT)).isEqualTo(1);
    assertThat(server.counters().get(Counter.REPLIES_SENT)).isZero();
    assertThat(client.counters().callsInFlight()).isZero();
  }

  @Test
  void aCancelledCallThatHasNotBegunIsDropped() {
    Broker server = slowServer();
    Broker client = fixture.broker();
    CompletableFuture<String> first =
        client.publishAsync("first", to(fixture.name("slow")).callback(String.class));
    await().until(() -> begun.get() == 1);
    CompletableFuture<String> second =
        client.publishAsync("second", to(fixture.name("slow")).callback(String.class));
    await().until(() -> server.counters().get(Counter.RECEIVED) == 2);

    second.cancel(true);
    await().until(() -> server.counters().get(Counter.CANCELLED) == 1);
    never.countDown();

    assertThat(first).succeedsWithin(ofSeconds(5));
    assertThat(begun).hasValue(1);
  }

  @Test
  void aCancelledCallThatIsStillInTheBrokerIsDroppedWhenItComes() throws Exception {
    Broker server =
        fixture.started(
            on -> on.subscribe(queue(fixture.name("slow")).prefetch(1), String.class, this::hang));
    Broker client = fixture.broker();
    CompletableFuture<String> first =
        client.publishAsync("first", to(fixture.name("slow")).callback(String.class));
    await().until(() -> begun.get() == 1);
    CompletableFuture<String> second =
        client.publishAsync("second", to(fixture.name("slow")).callback(String.class));
    await().until(() -> client.counters().get(Counter.PUBLISHED) == 2);

    second.cancel(true);
    await().until(() -> client.counters().get(Counter.CANCELS_SENT) == 1);
    never.countDown();

    assertThat(first).succeedsWithin(ofSeconds(5));
    await().until(() -> server.counters().get(Counter.CANCELLED) == 1);
    assertThat(begun).hasValue(1);
  }

  @Test
  void anInterruptedCallerReachesTheServer() throws Exception {
    slowServer();
    Broker client = fixture.broker();
    CompletableFuture<ErrorCode> code = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                client.publish("x", to(fixture.name("slow")).callback(String.class));
              } catch (BrokerException e) {
                code.complete(e.code());
              }
            },
            "caller");
    caller.start();
    await().until(() -> begun.get() == 1);

    caller.interrupt();

    assertThat(code.get(5, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
    await().untilTrue(interrupted);
  }

  @Test
  void anExpiredDeadlineInterruptsTheHandler() {
    Broker server = slowServer();

    assertThatThrownBy(
            () ->
                fixture
                    .broker()
                    .publish(
                        "x",
                        to(fixture.name("slow"))
                            .callback(String.class)
                            .timeout(ofMillis(200))
                            .raiseTimeout()))
        .isInstanceOf(CallTimeoutException.class);

    await().untilTrue(interrupted);
    await().until(() -> server.counters().get(Counter.CANCELLED) == 1);
    assertThat(server.counters().get(Counter.DEAD_LETTERED)).isZero();
  }

  @Test
  void aCallWhoseServerWasHeardAndIsSilentEndsBeforeItsTimeout() throws Exception {
    String queue = fixture.name("dying");
    ForeignClient server = fixture.foreign(); // of ours it could not be had to fall silent
    server.declare(queue);
    Broker client = fixture.broker("stream.heartbeat", "200ms");

    CompletableFuture<String> call = client.publishAsync("x", to(queue).callback(String.class));
    RawMessage request = server.take(queue);
    assertThat(request.header("parley-signal")).isEqualTo("PING");
    server.answer(
        request,
        RawMessage.of("").header("parley-signal", "PING").header("parley-server", "server-7"));

    BrokerException failure = Expect.fails(ErrorCode.CONNECTION_LOST, call);
    assertThat(failure).hasMessageContaining("server-7").hasMessageContaining("no sign for PT0.6S");
  }

  @Test
  void aHandlerThatTakesLongIsHeardAllTheTime() {
    fixture.started(
        on -> on.subscribe(fixture.name("slow"), String.class, this::hang),
        "stream.heartbeat",
        "100ms");
    CompletableFuture<String> call =
        fixture
            .broker("stream.heartbeat", "100ms")
            .publishAsync("x", to(fixture.name("slow")).callback(String.class));

    Expect.letPass(ofMillis(1_200)); // a multiple of the silence that would end it
    assertThat(call).isNotDone();
    never.countDown();

    assertThat(call).succeedsWithin(ofSeconds(5)).isEqualTo("true");
  }

  @Test
  void aStageThatNobodyWaitsForIsCancelled() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    Broker server =
        fixture.started(
            on ->
                on.subscribe(
                    fixture.name("stage"),
                    String.class,
                    body -> {
                      begun.incrementAndGet();
                      return stage;
                    }));
    Broker client = fixture.broker();
    CompletableFuture<String> call =
        client.publishAsync("x", to(fixture.name("stage")).callback(String.class));
    await().until(() -> begun.get() == 1);

    call.cancel(true);

    await().until(stage::isCancelled);
    Expect.counter(server, Counter.CANCELLED, 1);
    Expect.counter(client, Counter.CANCELS_SENT, 1);
    assertThat(server.counters().get(Counter.REPLIES_SENT)).isZero();
  }

  @Test
  void aPublisherThatNobodyTakesAnyMoreIsCancelled() {
    Counts counts = new Counts();
    Broker server = fixture.started(on -> on.register(counts));
    Broker client = fixture.broker();
    Stalled stalled = new Stalled(new AtomicInteger());
    client
        .streamAsync(1_000_000, to(fixture.name("push")).callback(Integer.class))
        .subscribe(stalled);
    await().until(() -> counts.produced.get() >= 100);

    stalled.cancel();

    await().untilTrue(counts.cancelled);
    Expect.counter(server, Counter.CANCELLED, 1);
    Expect.counter(client, Counter.CANCELS_SENT, 1);
    Expect.noCallInFlight(client);
  }

  @Test
  void aCallOnAThreadOfTheBrokersExecutorInheritsTheDeadline() throws Exception {
    Broker server = fixture.broker();
    CompletableFuture<Duration> left = new CompletableFuture<>();
    server.subscribe(
        queue(fixture.name("inner")),
        new TypeRef<Message<String>>() {},
        message -> {
          left.complete(message.timeLeft().orElseThrow());
          return "inner";
        });
    server.subscribe(
        fixture.name("outer"),
        String.class,
        body ->
            CompletableFuture.supplyAsync(
                () -> server.publish(body, to(fixture.name("inner")).callback(String.class)),
                server.executor()));
    server.start();

    assertThat(
            fixture
                .broker()
                .publish(
                    "x", to(fixture.name("outer")).callback(String.class).timeout(ofSeconds(7))))
        .isEqualTo("inner");

    assertThat(left.get(5, TimeUnit.SECONDS)).isLessThanOrEqualTo(ofSeconds(7));
  }
}
