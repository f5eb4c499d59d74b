package dev.parley.memory;

import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static dev.parley.SubscribeOptions.queue;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.SubscribeOptions;
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest extends Workshop {

  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicBoolean interrupted = new AtomicBoolean();

  private Broker slowServer() {
    return started(on -> on.subscribe("slow", String.class, this::hang));
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
    Broker client = broker();
    CompletableFuture<String> call = client.publishAsync("x", to("slow").callback(String.class));
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
    Broker client = broker();
    CompletableFuture<String> first =
        client.publishAsync("first", to("slow").callback(String.class));
    await().until(() -> begun.get() == 1);
    CompletableFuture<String> second =
        client.publishAsync("second", to("slow").callback(String.class));
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
        started(on -> on.subscribe(queue("slow").prefetch(1), String.class, this::hang));
    Broker client = broker();
    CompletableFuture<String> first =
        client.publishAsync("first", to("slow").callback(String.class));
    await().until(() -> begun.get() == 1);
    CompletableFuture<String> second =
        client.publishAsync("second", to("slow").callback(String.class));
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
    Broker client = broker();
    CompletableFuture<ErrorCode> code = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                client.publish("x", to("slow").callback(String.class));
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
                broker()
                    .publish(
                        "x",
                        to("slow").callback(String.class).timeout(ofMillis(200)).raiseTimeout()))
        .isInstanceOf(CallTimeoutException.class);

    await().untilTrue(interrupted);
    await().until(() -> server.counters().get(Counter.CANCELLED) == 1);
    assertThat(server.counters().get(Counter.DEAD_LETTERED)).isZero();
  }

  @Test
  void aStageThatNobodyWaitsForIsCancelled() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    started(
        on ->
            on.subscribe(
                "stage",
                String.class,
                body -> {
                  begun.incrementAndGet();
                  return stage;
                }));
    CompletableFuture<String> call = broker().publishAsync("x", to("stage").callback(String.class));
    await().until(() -> begun.get() == 1);

    call.cancel(true);

    await().until(stage::isCancelled);
  }

  @Test
  void aCallOnAThreadOfTheBrokersExecutorInheritsTheDeadline() throws Exception {
    Broker server = broker();
    CompletableFuture<Duration> left = new CompletableFuture<>();
    server.subscribe(
        queue("inner"),
        new TypeRef<Message<String>>() {},
        message -> {
          left.complete(message.timeLeft().orElseThrow());
          return "inner";
        });
    server.subscribe(
        "outer",
        String.class,
        body ->
            CompletableFuture.supplyAsync(
                () -> server.publish(body, to("inner").callback(String.class)), server.executor()));
    server.start();

    assertThat(broker().publish("x", to("outer").callback(String.class).timeout(ofSeconds(7))))
        .isEqualTo("inner");

    assertThat(left.get(5, TimeUnit.SECONDS)).isLessThanOrEqualTo(ofSeconds(7));
  }

  @Test
  void gatheringTakesTheRepliesOfAllGroupsUntilThereAreEnough() {
    Broker server = broker();
    for (String group : List.of("a", "b", "c")) {
      server.subscribe(
          SubscribeOptions.topic("offers", group), String.class, body -> body + " by " + group);
    }
    server.start();
    Broker client = broker();

    assertThat(client.gather("tea", toTopic("offers").callback(String.class), 3))
        .extracting(Reply::value)
        .containsExactlyInAnyOrder("tea by a", "tea by b", "tea by c");
    assertThat(
            client.gather("tea", toTopic("offers").callback(String.class).timeout(ofMillis(500))))
        .hasSize(3);
    assertThat(
            client.gather(
                "tea",
                toTopic("offers").callback(String.class),
                replies -> replies.stream().anyMatch(reply -> reply.value().endsWith("b"))))
        .extracting(Reply::value)
        .contains("tea by b");
    assertThat(client.counters().callsInFlight()).isZero();
  }
}
