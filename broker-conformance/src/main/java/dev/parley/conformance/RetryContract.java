package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Handlers;
import dev.parley.Message;
import dev.parley.Reject;
import dev.parley.RetryAfter;
import dev.parley.SubscribeOptions;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Contract §3: failed attempts. */
abstract class RetryContract extends Chapter {

  private static final TypeRef<Message<String>> MESSAGE = new TypeRef<>() {};

  /** One attempt as the handler saw it. */
  record Attempt(int number, String id, String header, long nanos) {}

  private static Attempt attempt(Message<String> message) {
    return new Attempt(
        message.attempt(),
        message.messageId().orElse(""),
        message.header("h").orElse(""),
        System.nanoTime());
  }

  private static void failing(
      Handlers on,
      SubscribeOptions options,
      Seen<Attempt> seen,
      Function<Message<String>, Exception> failure) {
    on.consume(
        options,
        MESSAGE,
        message -> {
          seen.handle(attempt(message));
          throw failure.apply(message);
        });
  }

  @Test
  void aFailedMessageComesAgainUnchangedAsTheNextAttempt() throws Exception {
    String queue = fixture.name("failing");
    Seen<Attempt> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on -> failing(on, queue(queue), seen, message -> new IllegalStateException("no")));

    broker.publish("x", to(queue).header("h", "v").messageId("m-1"));

    List<Attempt> attempts = seen.next(4); // three retries by default
    assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2, 3, 4);
    assertThat(attempts).extracting(Attempt::id).containsOnly("m-1");
    assertThat(attempts).extracting(Attempt::header).containsOnly("v");
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    seen.assertNothingMore();
    assertThat(broker.counters().get(Counter.FAILED)).isEqualTo(4);
    assertThat(broker.counters().get(Counter.RETRIED)).isEqualTo(3);
  }

  @Test
  void aLaterAttemptCanSucceed() throws Exception {
    String queue = fixture.name("third-time");
    Seen<Integer> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue),
                    MESSAGE,
                    message -> {
                      seen.handle(message.attempt());
                      if (message.attempt() < 3) {
                        throw new IllegalStateException("not yet");
                      }
                    }));

    broker.publish("x", to(queue));

    assertThat(seen.next(3)).containsExactly(1, 2, 3);
    Expect.counter(broker, Counter.HANDLED, 1);
    seen.assertNothingMore();
    assertThat(broker.counters().get(Counter.DEAD_LETTERED)).isZero();
  }

  @Test
  void theWaitBeforeAnAttemptGrows() throws Exception {
    String queue = fixture.name("backing-off");
    Seen<Attempt> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on -> failing(on, queue(queue), seen, message -> new IllegalStateException("no")),
            "retry.backoff.initial",
            "200ms",
            "retry.backoff.max",
            "10s");

    broker.publish("x", to(queue));

    List<Attempt> attempts = seen.next(4);
    List<Long> waits = new ArrayList<>();
    for (int i = 1; i < attempts.size(); i++) {
      waits.add((attempts.get(i).nanos() - attempts.get(i - 1).nanos()) / 1_000_000);
    }
    // Jitter takes away half at most, so 100, 200 and 400 ms; a little less for rough timers.
    assertThat(waits.get(0)).isGreaterThanOrEqualTo(90);
    assertThat(waits.get(1)).isGreaterThanOrEqualTo(180);
    assertThat(waits.get(2)).isGreaterThanOrEqualTo(360);
  }

  @Test
  void othersAreHandledWhileAMessageWaitsForItsNextAttempt() throws Exception {
    String queue = fixture.name("waiting");
    Seen<String> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).prefetch(1),
                    MESSAGE,
                    message -> {
                      seen.handle(message.body() + message.attempt());
                      if (message.body() != null && message.body().equals("bad")) {
                        throw new RetryAfter(Duration.ofMinutes(1));
                      }
                    }));

    broker.publish("bad", to(queue));
    broker.publish("good", to(queue));
    broker.publish("better", to(queue));

    List<String> all = seen.next(3);
    assertThat(all).containsExactlyInAnyOrder("bad1", "good1", "better1");
    if (fixture.capabilities().contains(Capability.ORDER_WITHOUT_KEY)) {
      assertThat(all).containsExactly("bad1", "good1", "better1");
    }
    assertThat(broker.counters().get(Counter.RETRIED)).isEqualTo(1);
  }

  @Test
  void aHandlerChoosesItsOwnDelay() throws Exception {
    String queue = fixture.name("after");
    Seen<Attempt> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                failing(
                    on, queue(queue).retry(1), seen, m -> new RetryAfter(Duration.ofMillis(500))));

    broker.publish("x", to(queue));

    List<Attempt> attempts = seen.next(2);
    assertThat(attempts.get(1).nanos() - attempts.get(0).nanos())
        .isGreaterThanOrEqualTo(Duration.ofMillis(490).toNanos());
    Expect.counter(broker, Counter.DEAD_LETTERED, 1); // it counts as an attempt
    assertThat(seen.waiting()).isZero();
  }

  /** Failures that no attempt follows, by annotation. */
  static final class Final {
    final Seen<Integer> seen = new Seen<>();

    @Subscriber(value = "${app.prefix}final", noRetry = RuntimeException.class)
    void take(Message<String> message) {
      seen.handle(message.attempt());
      throw new UnsupportedOperationException("never");
    }
  }

  @Test
  void exceptionsCanBeFinalWithTheirSubclasses() throws Exception {
    Final handlers = new Final();
    Broker broker = fixture.started(on -> on.register(handlers));

    broker.publish("x", to(fixture.name("final")));

    assertThat(handlers.seen.next()).isEqualTo(1);
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    assertThat(broker.counters().get(Counter.RETRIED)).isZero();
  }

  @Test
  void aRefusedMessageIsNotRetried() throws Exception {
    String queue = fixture.name("refused");
    Seen<Attempt> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> failing(on, queue(queue), seen, message -> new Reject("no")));

    broker.publish("x", to(queue));

    seen.next();
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    assertThat(broker.counters().get(Counter.RETRIED)).isZero();
  }

  @Test
  void retryZeroMeansOneAttempt() throws Exception {
    String queue = fixture.name("once");
    Seen<Attempt> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on -> failing(on, queue(queue).retry(0), seen, m -> new IllegalStateException("no")));

    broker.publish("x", to(queue));

    seen.next();
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    assertThat(broker.counters().get(Counter.FAILED)).isEqualTo(1);
  }

  @Test
  void theDefaultNumberOfRetriesIsConfigured() throws Exception {
    String queue = fixture.name("configured");
    Seen<Attempt> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on -> failing(on, queue(queue), seen, message -> new IllegalStateException("no")),
            "handler.retry",
            "1");

    broker.publish("x", to(queue));

    assertThat(seen.next(2)).extracting(Attempt::number).containsExactly(1, 2);
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
  }

  @Test
  void theAttemptNumberIsTheBrokersAndNotTheInstances() throws Exception {
    String queue = fixture.name("moving");
    Seen<Attempt> first = new Seen<>();
    Broker one =
        fixture.started(
            on -> failing(on, queue(queue), first, m -> new RetryAfter(Duration.ofMillis(500))));
    one.publish("x", to(queue));
    first.next();
    Expect.counter(one, Counter.RETRIED, 1);
    one.close();
    Seen<Attempt> second = new Seen<>();

    fixture.started(
        on -> on.consume(queue(queue), MESSAGE, message -> second.handle(attempt(message))));

    assertThat(second.next().number()).isEqualTo(2);
  }

  @Test
  void manyFailingMessagesAreNotHandledInATightLoop() throws Exception {
    String queue = fixture.name("all-failing");
    Seen<Attempt> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                failing(
                    on,
                    queue(queue).concurrency(4).retry(1000),
                    seen,
                    message -> new IllegalStateException("always")),
            "retry.backoff.initial",
            "200ms",
            "retry.backoff.max",
            "1s");
    for (int i = 0; i < 10; i++) {
      broker.publish("x", to(queue));
    }
    seen.next(20);

    // Each has failed twice; from here on a wait is 200 ms at least.
    Expect.letPass(Duration.ofMillis(500));
    assertThat(seen.waiting()).isLessThan(10 * 4);
  }
}
