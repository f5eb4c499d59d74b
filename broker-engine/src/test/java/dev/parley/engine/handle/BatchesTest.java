package dev.parley.engine.handle;

import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Batch;
import dev.parley.Counter;
import dev.parley.SubscribeOptions;
import dev.parley.TypeRef;
import dev.parley.engine.doubles.HandleBench;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.Wire;
import dev.parley.spi.Settlement;
import dev.parley.spi.Settlement.Outcome;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchesTest {

  private static final Type BATCH = new TypeRef<Batch<Integer>>() {}.type();
  private static final SubscribeOptions THREE =
      SubscribeOptions.queue("q").batch(3, Duration.ofMillis(100)).retry(1);

  private final HandleBench bench = new HandleBench();
  private final LinkedBlockingQueue<List<?>> batches = new LinkedBlockingQueue<>();

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(bench.time.wheel().pending()).isZero();
    bench.close();
  }

  private HandlerSubscription handle(HandlerRegistry.Lambda handler) {
    HandlerSubscription subscription =
        bench.registry.register(
            THREE,
            BATCH,
            true,
            batch -> {
              batches.add(((Batch<?>) batch).bodies());
              return handler.handle(batch);
            },
            "",
            List.of());
    bench.registry.start();
    return subscription;
  }

  private List<RecordingDelivery> deliver(String... bodies) {
    List<RecordingDelivery> all = new ArrayList<>();
    for (String body : bodies) {
      all.add(bench.deliver(body));
    }
    return all;
  }

  private List<?> nextBatch() throws InterruptedException {
    return batches.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void aFullBatchGoesAtOnceAndARestWhenItsFirstHasWaited() throws Exception {
    handle(batch -> null);
    List<RecordingDelivery> all = deliver("1", "2", "3", "4", "5");
    assertThat(nextBatch()).isEqualTo(List.of(1, 2, 3));
    all.subList(0, 3).forEach(d -> assertThat(d.settled().settlement()).isEqualTo(Settlement.DONE));
    bench.time.advance(Duration.ofMillis(90));
    assertThat(batches).isEmpty();
    bench.time.advance(Duration.ofMillis(20));
    assertThat(nextBatch()).isEqualTo(List.of(4, 5));
    all.subList(3, 5).forEach(d -> assertThat(d.settled().settlement()).isEqualTo(Settlement.DONE));
    await().until(() -> bench.count(Counter.HANDLED) == 5);
  }

  @Test
  void theyFailTogetherEachByItsOwnCountAndInvalidOnesAlone() throws Exception {
    handle(
        batch -> {
          throw new IllegalStateException("all of them");
        });
    RecordingDelivery first = bench.deliver("1");
    RecordingDelivery invalid = bench.deliver("{broken");
    RecordingDelivery last = bench.deliver(new RecordingDelivery(Wire.json("3")).attempt(2));
    assertThat(nextBatch()).isEqualTo(List.of(1, 3));
    assertThat(first.settled().settlement().outcome()).isEqualTo(Outcome.RETRY);
    assertThat(last.settled().settlement()).isEqualTo(Settlement.DEAD);
    assertThat(invalid.settled().outputs().get(0).message().headers())
        .containsEntry("parley-error", "INVALID_MESSAGE");
  }

  @Test
  void aStageEndsAllOfThem() throws Exception {
    CompletableFuture<Void> stage = new CompletableFuture<>();
    handle(batch -> stage);
    List<RecordingDelivery> all = deliver("1", "2", "3");
    nextBatch();
    await().until(() -> stage.getNumberOfDependents() == 3);
    assertThat(all).noneMatch(RecordingDelivery::isSettled);
    stage.complete(null);
    all.forEach(d -> assertThat(d.settled().settlement()).isEqualTo(Settlement.DONE));
    deliver("4", "5", "6").forEach(RecordingDelivery::settled);
  }

  @Test
  void aStageThatNeverEndsFailsAllOfThemAtTheLimitAndFreesTheSlot() throws Exception {
    CompletableFuture<Void> never = new CompletableFuture<>();
    handle(batch -> batches.size() == 1 ? never.minimalCompletionStage() : null);
    List<RecordingDelivery> all = deliver("1", "2", "3");
    await().until(() -> never.getNumberOfDependents() > 0 && bench.time.wheel().pending() == 3);
    bench.time.jump(Duration.ofMinutes(16));
    all.forEach(d -> assertThat(d.settled().settlement().outcome()).isEqualTo(Outcome.RETRY));
    deliver("4", "5", "6")
        .forEach(d -> assertThat(d.settled().settlement()).isEqualTo(Settlement.DONE));
  }

  @Test
  void whatIsBeingGatheredIsHandedBackAtClose() throws Exception {
    HandlerSubscription subscription = handle(batch -> null);
    List<RecordingDelivery> all = deliver("1", "2");
    subscription.stop().get(10, TimeUnit.SECONDS);
    all.forEach(d -> assertThat(d.settled().settlement()).isEqualTo(Settlement.RELEASE));
    assertThat(batches).isEmpty();
  }

  @Test
  void aRunningBatchIsInterruptedAtTheEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    HandlerSubscription subscription =
        handle(
            batch -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return null;
            });
    List<RecordingDelivery> all = deliver("1", "2", "3");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> drained = subscription.stop();
    subscription.interrupt();
    drained.get(10, TimeUnit.SECONDS);
    all.forEach(d -> assertThat(d.settled().settlement()).isEqualTo(Settlement.RELEASE));
    await().until(() -> bench.time.wheel().pending() == 0);
  }
}
