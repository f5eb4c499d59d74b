package dev.parley.engine.runtime;

import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EngineThreadsTest {

  @Test
  void callbacksAfterCloseRunOnAThreadOfTheirOwn() throws Exception {
    EngineThreads threads = EngineThreads.named("closed");
    threads.close(Duration.ofSeconds(1));
    CompletableFuture<Thread> ranOn = new CompletableFuture<>();
    threads.callBack(() -> ranOn.complete(Thread.currentThread()));
    assertThat(ranOn.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    assertThat(ranOn.join().getName()).startsWith("closed-late-callback");
  }

  @Test
  void handlersAfterCloseAreRefused() {
    EngineThreads threads = EngineThreads.named("closed");
    threads.addHandlers(1);
    threads.close(Duration.ofSeconds(1));
    assertThatThrownBy(() -> threads.handle(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void closeInterruptsWhatGoesOn() throws Exception {
    EngineThreads threads = EngineThreads.named("slow");
    threads.addHandlers(1);
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    threads.handle(() -> hang(begun, interrupted));
    begun.await();
    threads.close(Duration.ofMillis(20));
    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatRunsHereMayCloseWithoutWaitingForItself() throws Exception {
    for (boolean callback : List.of(true, false)) {
      EngineThreads threads = EngineThreads.named("self");
      CompletableFuture<Boolean> closed = new CompletableFuture<>();
      Runnable close =
          () -> {
            threads.close(Duration.ofHours(1));
            closed.complete(Thread.currentThread().isInterrupted());
          };
      if (callback) {
        threads.callBack(close);
      } else {
        threads.runBeside(close);
      }
      assertThat(closed.get(20, TimeUnit.SECONDS)).as("interrupted").isFalse();
    }
  }

  private static void hang(CountDownLatch begun, CompletableFuture<Boolean> interrupted) {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
      interrupted.complete(false);
    } catch (InterruptedException e) {
      interrupted.complete(true);
    }
  }

  @Test
  void callbacksThatFoundNoThreadRunAfterClose() throws Exception {
    EngineThreads threads = EngineThreads.named("full");
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch ran = new CountDownLatch(200);
    for (int i = 0; i < 100; i++) { // more than a bounded pool has threads
      threads.callBack(
          () -> {
            boolean done = false;
            while (!done) { // a callback that does not care for interrupts
              try {
                done = release.await(10, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                done = false;
              }
            }
            ran.countDown();
          });
    }
    for (int i = 0; i < 100; i++) {
      threads.callBack(ran::countDown);
    }
    threads.close(Duration.ofMillis(20));
    release.countDown();
    assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void asManyHandlersRunAtOnceAsRoomWasMadeFor() throws Exception {
    EngineThreads threads = EngineThreads.named("room");
    threads.addHandlers(2);
    threads.addHandlers(3);
    CountDownLatch together = new CountDownLatch(5);
    List<CompletableFuture<Boolean>> met = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CompletableFuture<Boolean> one = new CompletableFuture<>();
      met.add(one);
      threads.handle(
          () -> {
            together.countDown();
            try {
              one.complete(together.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              one.completeExceptionally(e);
            }
          });
    }
    for (CompletableFuture<Boolean> one : met) {
      assertThat(one.get(10, TimeUnit.SECONDS)).isTrue();
    }
    threads.close(Duration.ofSeconds(5));
  }

  @Test
  void noThreadIsLeftAfterClose() {
    EngineThreads threads = EngineThreads.named("left-over");
    threads.addHandlers(1);
    AtomicBoolean ran = new AtomicBoolean();
    threads.handle(() -> ran.set(true));
    threads.callBack(() -> {});
    threads.close(Duration.ofSeconds(5));
    assertThat(ran).isTrue();
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("left-over")));
  }
}
