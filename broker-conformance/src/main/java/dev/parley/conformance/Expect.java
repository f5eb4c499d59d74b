package dev.parley.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.PublishOptions;
import dev.parley.SubscriptionState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Expectations that many chapters share. */
final class Expect {

  /** "At once" against a time-out of 30 seconds; generous, because a machine can be busy. */
  static final Duration AT_ONCE = Duration.ofSeconds(3);

  /** What has to be connected and declared anew may take this long. */
  static final Duration RECOVERY = Duration.ofSeconds(40);

  private static final Duration LIMIT = Duration.ofSeconds(15);

  private Expect() {}

  /** Waits for a condition: looks at once and then every ten milliseconds, for fifteen seconds. */
  static ConditionFactory await() {
    return Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .atMost(LIMIT);
  }

  /** It fails with that code, and at once. */
  static BrokerException failsAtOnce(ErrorCode code, ThrowingCallable action) {
    long begin = System.nanoTime();
    BrokerException failure = fails(code, action);
    assertThat(since(begin)).as("time until %s", failure).isLessThan(AT_ONCE);
    return failure;
  }

  /** It fails with that code. */
  static BrokerException fails(ErrorCode code, ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    if (thrown instanceof ExecutionException wrapper && wrapper.getCause() != null) {
      thrown = wrapper.getCause();
    }
    assertThat(thrown).isInstanceOf(BrokerException.class);
    BrokerException failure = (BrokerException) thrown;
    assertThat(failure.code()).as("code of %s", failure).isEqualTo(code);
    assertThat(failure).hasMessageMatching("(?s).{10,}"); // it says something
    return failure;
  }

  /** The future fails with that code, within fifteen seconds. */
  static BrokerException fails(ErrorCode code, CompletableFuture<?> future) {
    return fails(code, () -> future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** It is under way, and has not failed yet. */
  static void pending(CompletableFuture<?> future) {
    assertThat(future).isNotCompletedExceptionally();
  }

  /** The counter reaches that value and does not pass it. */
  static void counter(Broker broker, Counter counter, long value) {
    await()
        .untilAsserted(
            () -> assertThat(broker.counters().get(counter)).as("%s", counter).isEqualTo(value));
  }

  /** No call of that broker object waits any more. */
  static void noCallInFlight(Broker broker) {
    await()
        .untilAsserted(
            () -> assertThat(broker.counters().callsInFlight()).as("calls in flight").isZero());
  }

  /** Waits, longer than for other things, until that subscription consumes and all is well. */
  static void running(Broker broker, String subscription) {
    await()
        .atMost(RECOVERY)
        .until(
            () ->
                broker.subscription(subscription).orElseThrow().state() == SubscriptionState.RUNNING
                    && broker.health().healthy());
  }

  /** Calls an echo until it answers, because the connection may be lost under a call. */
  static void answer(Broker client, String queue) {
    CallOptions<String> call =
        PublishOptions.to(queue).callback(String.class).timeout(Duration.ofSeconds(2));
    await().atMost(RECOVERY).ignoreExceptions().until(() -> "x".equals(client.publish("x", call)));
  }

  /** The time since then. */
  static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /** Lets a time pass that the broker itself measures: a time to live, or a call's deadline. */
  static void letPass(Duration time) {
    await().pollDelay(time).atMost(time.plus(LIMIT)).until(() -> true);
  }
}
