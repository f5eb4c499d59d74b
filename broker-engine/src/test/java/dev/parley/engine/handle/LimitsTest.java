package dev.parley.engine.handle;

import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Counter;
import dev.parley.SubscribeOptions;
import dev.parley.engine.doubles.HandleBench;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.spi.Settlement;
import dev.parley.spi.Settlement.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that take too long, end on other threads, or do not end at all. */
class LimitsTest {

  private static final SubscribeOptions BRIEF =
      SubscribeOptions.queue("q").limit(Duration.ofSeconds(10));

  private final HandleBench bench = new HandleBench();

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(bench.time.wheel().pending()).isZero();
    bench.close();
  }

  /** Blocks until it is interrupted. */
  private static Object hang(CountDownLatch begun) throws InterruptedException {
    begun.countDown();
    new CountDownLatch(1).await();
    return "never";
  }

  /** What a handler returns that ends later. */
  private static Object stage(CompletionStage<?> stage) {
    return stage;
  }

  @Test
  void aHandlerIsInterruptedAtItsLimitAndHasFailed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    bench.handle(BRIEF, Integer.class, body -> hang(begun));
    RecordingDelivery delivery = bench.deliver("1");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    bench.time.advance(Duration.ofMillis(9_990));
    assertThat(delivery.isSettled()).isFalse();
    bench.time.advance(Duration.ofMillis(20));
    assertThat(delivery.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    assertThat(bench.count(Counter.LIMIT_EXCEEDED)).isEqualTo(1);
    assertThat(bench.count(Counter.FAILED)).isEqualTo(1);
  }

  @Test
  void anInterruptIsNotSeenByTheNextHandlerOfTheThread() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<Boolean> next = new CompletableFuture<>();
    bench.handle(
        BRIEF,
        Integer.class,
        body -> {
          switch (calls.incrementAndGet()) {
            case 1 -> {
              try {
                return hang(begun);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // as good manners demand
                return "ended";
              }
            }
            case 2 -> {
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
              Thread.currentThread().interrupt(); // and this one interrupts itself
              return "ended";
            }
            default -> {
              next.complete(Thread.currentThread().isInterrupted());
              return "ended";
            }
          }
        });
    RecordingDelivery first = bench.deliver("1");
    RecordingDelivery second = bench.deliver("2");
    RecordingDelivery third = bench.deliver("3");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    bench.time.advance(Duration.ofSeconds(11));
    assertThat(first.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    assertThat(second.settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(third.settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(next.get(10, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void aStageIsWaitedForWithoutAThread() {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    bench.handle(BRIEF, Integer.class, body -> stage(result));
    RecordingDelivery delivery = bench.request("1");
    await().until(() -> bench.time.wheel().pending() == 1);
    RecordingDelivery next = bench.request("2");
    assertThat(delivery.isSettled()).isFalse();
    result.complete(5);
    assertThat(delivery.settled().outputs()).hasSize(1);
    assertThat(next.settled().outputs()).hasSize(1); // its stage was complete already
    await().until(() -> bench.count(Counter.HANDLED) == 2);
  }

  @Test
  void aFailedStageIsAFailedAttempt() {
    bench.handle(
        SubscribeOptions.queue("q").noRetry(IllegalStateException.class),
        Integer.class,
        body ->
            stage(
                CompletableFuture.completedFuture(body)
                    .thenApply(
                        value -> {
                          throw new IllegalStateException("inside of a CompletionException");
                        })));
    assertThat(bench.deliver("1").settled().settlement()).isEqualTo(Settlement.DEAD);
  }

  @Test
  void aStageThatNeverCompletesIsCancelledAtTheLimit() {
    CompletableFuture<Integer> never = new CompletableFuture<>();
    AtomicInteger calls = new AtomicInteger();
    bench.handle(BRIEF, Integer.class, body -> calls.getAndIncrement() == 0 ? stage(never) : body);
    RecordingDelivery delivery = bench.deliver("1");
    await().until(() -> bench.time.wheel().pending() == 1 && calls.get() == 1);
    bench.time.advance(Duration.ofSeconds(11));
    assertThat(delivery.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    await().until(never::isCancelled);
    assertThat(bench.count(Counter.LIMIT_EXCEEDED)).isEqualTo(1);
    assertThat(bench.deliver("2").settled().settlement()).isEqualTo(Settlement.DONE);
  }

  @Test
  void aStageThatCannotBeCancelledDoesNotKeepItsSlot() {
    CompletableFuture<Integer> never = new CompletableFuture<>();
    AtomicInteger calls = new AtomicInteger();
    bench.handle(
        BRIEF,
        Integer.class,
        body -> calls.getAndIncrement() == 0 ? never.minimalCompletionStage() : body);
    RecordingDelivery delivery = bench.deliver("1");
    await().until(() -> bench.time.wheel().pending() == 1 && calls.get() == 1);
    bench.time.advance(Duration.ofSeconds(11));
    assertThat(delivery.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    assertThat(bench.deliver("2").settled().settlement()).isEqualTo(Settlement.DONE);
    never.complete(1); // too late, and nobody is confused by it
    assertThat(bench.deliver("3").settled().settlement()).isEqualTo(Settlement.DONE);
  }

  @Test
  void theLimitIsForTheHandlerAndItsStageTogether() throws Exception {
    CompletableFuture<Integer> never = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    bench.handle(
        BRIEF,
        Integer.class,
        body -> {
          begun.countDown();
          assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
          return stage(never);
        });
    RecordingDelivery delivery = bench.deliver("1");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    bench.time.advance(Duration.ofSeconds(8));
    release.countDown();
    awaitStage(never);
    bench.time.advance(Duration.ofMillis(2_010));
    assertThat(delivery.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
  }

  private static void awaitStage(CompletableFuture<?> stage) {
    await().until(() -> stage.getNumberOfDependents() == 1);
  }

  @Test
  void whoCompletesAStageIsNotMadeToRunOtherHandlers() throws Exception {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    AtomicReference<Thread> second = new AtomicReference<>();
    bench.handle(
        BRIEF,
        Integer.class,
        body -> {
          if ((Integer) body == 1) {
            return stage(result);
          }
          second.set(Thread.currentThread());
          return body;
        });
    RecordingDelivery first = bench.deliver("1");
    RecordingDelivery next = bench.deliver("2");
    awaitStage(result);
    result.complete(1); // on this thread
    first.settled();
    next.settled();
    assertThat(second.get()).isNotNull().isNotSameAs(Thread.currentThread());
  }

  @Test
  void aClosingBrokerInterruptsAndHandsBack() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    HandlerSubscription subscription = bench.handle(BRIEF, Integer.class, body -> hang(begun));
    RecordingDelivery running = bench.deliver("1");
    RecordingDelivery waiting = bench.deliver("2");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> drained = subscription.stop();
    assertThat(waiting.settled().settlement()).isEqualTo(Settlement.RELEASE);
    assertThat(drained).isNotDone();
    subscription.interrupt();
    drained.get(10, TimeUnit.SECONDS);
    assertThat(running.settled().settlement()).isEqualTo(Settlement.RELEASE);
    assertThat(bench.count(Counter.RELEASED)).isEqualTo(2);
    assertThat(bench.count(Counter.FAILED)).isZero();
    assertThat(bench.deliver("3").settled().settlement()).isEqualTo(Settlement.RELEASE);
    await().until(() -> bench.time.wheel().pending() == 0);
  }

  @Test
  void aStageThatNeverCompletesIsHandedBackAtClose() throws Exception {
    CompletableFuture<Integer> never = new CompletableFuture<>();
    HandlerSubscription subscription = bench.handle(BRIEF, Integer.class, body -> stage(never));
    RecordingDelivery delivery = bench.deliver("1");
    awaitStage(never);
    CompletableFuture<Void> drained = subscription.stop();
    subscription.interrupt();
    drained.get(10, TimeUnit.SECONDS);
    assertThat(delivery.settled().settlement()).isEqualTo(Settlement.RELEASE);
    never.complete(1);
    assertThat(delivery.calls()).hasSize(1);
  }

  @Test
  void aTransportThatDoesNotStopFetchingDoesNotKeepUnstartedMessages() throws Exception {
    bench.transport.stopsAtOnce = false;
    CountDownLatch begun = new CountDownLatch(1);
    HandlerSubscription subscription = bench.handle(BRIEF, Integer.class, body -> hang(begun));
    RecordingDelivery running = bench.deliver("1");
    RecordingDelivery waiting = bench.deliver("2");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    var unused = subscription.stop();
    subscription.interrupt();
    assertThat(running.settled().settlement()).isEqualTo(Settlement.RELEASE);
    assertThat(waiting.settled().settlement()).isEqualTo(Settlement.RELEASE);
    await().until(() -> bench.time.wheel().pending() == 0);
  }

  @Test
  void callsInAHandlerAreInsideUntilItHasEnded() throws Exception {
    CompletableFuture<HandlerScope> scope = new CompletableFuture<>();
    bench.handle(
        BRIEF,
        Integer.class,
        body -> {
          assertThat(HandlerScope.isInside(bench.broker)).isTrue();
          scope.complete(HandlerScope.current());
          return body;
        });
    assertThat(bench.deliver("1").settled().settlement()).isEqualTo(Settlement.DONE);
    HandlerScope.run(scope.get(), () -> assertThat(HandlerScope.isInside(bench.broker)).isFalse());
    assertThat(scope.get().hasDeadline()).isFalse();
  }

  @Test
  @Timeout(30)
  void theWatchdogNeverInterruptsAfterTheEnd() throws Exception {
    for (int i = 0; i < 3_000; i++) {
      Watchdog watchdog = Watchdog.start(bench.time.wheel(), Duration.ofSeconds(1).toNanos());
      Thread biter = new Thread(() -> watchdog.interrupt(Watchdog.Bite.CLOSING), "biter");
      biter.start();
      Watchdog.Bite bite = watchdog.end();
      biter.join();
      assertThat(bite).isIn(null, Watchdog.Bite.CLOSING);
      assertThat(Thread.interrupted()).isFalse();
    }
  }
}
