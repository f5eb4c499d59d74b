package dev.parley.engine.runtime;

import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.parley.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {

  private static final long TICK = Duration.ofMillis(5).toNanos();

  /** One action of the model. */
  private static final class Planned {
    final long due;
    Scheduler.Task task;
    boolean cancelled;
    boolean early;
    int runs;

    Planned(long due) {
      this.due = due;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void eachActionRunsOnceNeverEarlyAndAtMostATickLate(long seed) {
    Random random = new Random(seed);
    AtomicLong now = new AtomicLong(random.nextLong());
    TimerWheel wheel = TimerWheel.manual(now::get);
    List<Planned> all = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> all.add(plan(wheel, now, delay(random), random.nextInt(8) == 0, all));
        case 5, 6 -> cancelOne(random, all);
        default -> {
          now.addAndGet(passing(random));
          wheel.advance();
          check(all, now.get());
        }
      }
      assertThat(wheel.pending()).isEqualTo(waiting(all));
    }
    now.addAndGet(Duration.ofDays(1).toNanos());
    wheel.advance();
    wheel.advance(); // actions that were scheduled by actions of the last call, without delay
    now.addAndGet(Duration.ofDays(1).toNanos());
    wheel.advance();
    check(all, now.get());
    assertThat(wheel.pending()).isZero();
  }

  private static Planned plan(
      TimerWheel wheel, AtomicLong now, long delay, boolean plansAnother, List<Planned> all) {
    Planned planned = new Planned(now.get() + delay);
    planned.task =
        wheel.scheduleNanos(
            delay,
            () -> {
              planned.runs++;
              planned.early |= now.get() - planned.due < 0;
              if (plansAnother) {
                all.add(plan(wheel, now, delay / 2, false, all));
              }
            });
    return planned;
  }

  private static long delay(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(3) * TICK;
      case 1 -> random.nextLong(TICK * 20);
      case 2 -> random.nextLong(TICK * 2_000); // several rounds of the wheel
      default -> random.nextLong(Duration.ofHours(1).toNanos());
    };
  }

  private static long passing(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextLong(Duration.ofMinutes(20).toNanos()); // the machine slept
      case 1 -> 512 * TICK;
      default -> random.nextLong(3 * TICK);
    };
  }

  private static void cancelOne(Random random, List<Planned> all) {
    if (!all.isEmpty()) {
      Planned chosen = all.get(random.nextInt(all.size()));
      chosen.task.cancel();
      chosen.cancelled |= chosen.runs == 0;
    }
  }

  private static void check(List<Planned> all, long now) {
    for (Planned planned : all) {
      int least = !planned.cancelled && now - planned.due >= 2 * TICK ? 1 : 0;
      int most = planned.cancelled ? 0 : 1;
      if (planned.early || planned.runs < least || planned.runs > most) {
        fail(
            "ran %d times, early: %b, cancelled: %b, due %d ns ago",
            planned.runs, planned.early, planned.cancelled, now - planned.due);
      }
    }
  }

  private static int waiting(List<Planned> all) {
    return (int) all.stream().filter(planned -> !planned.cancelled && planned.runs == 0).count();
  }

  @Test
  void cancellingTwiceOrAfterTheRunCountsOnce() {
    ManualTime time = new ManualTime();
    Scheduler.Task first = time.wheel().schedule(Duration.ofMillis(10), () -> {});
    Scheduler.Task second = time.wheel().schedule(Duration.ofMillis(100), () -> {});
    time.advance(Duration.ofMillis(20));
    first.cancel();
    second.cancel();
    second.cancel();
    assertThat(time.wheel().pending()).isZero();
  }

  @Test
  void delaysLongerThanAnyClockAreKept() {
    ManualTime time = new ManualTime(Long.MAX_VALUE - 1_000);
    AtomicInteger runs = new AtomicInteger();
    time.wheel().schedule(Duration.ofSeconds(Long.MAX_VALUE), runs::incrementAndGet);
    time.wheel().schedule(Duration.ofMillis(10), runs::incrementAndGet);
    time.jump(Duration.ofDays(365)); // past the end of a long
    assertThat(runs).hasValue(1);
    assertThat(time.wheel().pending()).isEqualTo(1);
  }

  @Test
  void aThreadHeldUpWhileItSchedulesIsNotARoundLate() {
    ManualTime time = new ManualTime();
    AtomicInteger runs = new AtomicInteger();
    time.onLook =
        () -> {
          time.onLook = () -> {};
          time.advance(Duration.ofMillis(200)); // the wheel passes the tick that was reckoned
        };
    time.wheel().schedule(Duration.ofMillis(20), runs::incrementAndGet);
    time.advance(Duration.ofMillis(10));
    assertThat(runs).hasValue(1);
  }

  @Test
  void anActionThatThrowsDoesNotKeepOthersFromRunning() {
    ManualTime time = new ManualTime();
    AtomicInteger runs = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      time.wheel()
          .schedule(
              Duration.ofMillis(10),
              () -> {
                runs.incrementAndGet();
                throw new IllegalStateException("on purpose");
              });
    }
    time.advance(Duration.ofMillis(20));
    assertThat(runs).hasValue(3);
  }

  @Test
  void nothingRunsAfterItWasClosed() {
    ManualTime time = new ManualTime();
    AtomicInteger runs = new AtomicInteger();
    time.wheel().schedule(Duration.ofMillis(10), runs::incrementAndGet);
    time.wheel().close();
    time.advance(Duration.ofMillis(50));
    assertThat(runs).hasValue(0);
  }

  @Test
  void parksWhileNothingIsScheduledAndWakesForWhatIs() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    TimerWheel wheel =
        TimerWheel.start(
            "idle-timer",
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              threads.add(thread);
              return thread;
            });
    Thread thread = threads.remove();
    await().until(() -> thread.getState() == Thread.State.WAITING);
    CountDownLatch ran = new CountDownLatch(1);
    wheel.schedule(
        Duration.ofMillis(20),
        () -> {
          looks.incrementAndGet();
          ran.countDown();
        });
    assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    await().until(() -> thread.getState() == Thread.State.WAITING);
    wheel.close();
    thread.join(10_000);
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void manyThreadsScheduleAndCancelWhileItTurns() throws Exception {
    TimerWheel wheel =
        TimerWheel.start(
            "stress-timer",
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            });
    AtomicInteger expected = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger early = new AtomicInteger();
    AtomicInteger twice = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      Random random = new Random(t);
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 8_000; i++) {
                  long delay = random.nextLong(TICK * 20);
                  long due = System.nanoTime() + delay;
                  AtomicInteger runs = new AtomicInteger();
                  Scheduler.Task task =
                      wheel.scheduleNanos(
                          delay,
                          () -> {
                            if (System.nanoTime() - due < 0) {
                              early.incrementAndGet();
                            }
                            if (runs.incrementAndGet() > 1) {
                              twice.incrementAndGet();
                            }
                            ran.incrementAndGet();
                          });
                  if (delay > TICK * 15 && random.nextBoolean()) {
                    task.cancel(); // one that may be running by now counts as it likes
                    expected.addAndGet(runs.get());
                  } else {
                    expected.incrementAndGet();
                  }
                }
              },
              "scheduler-" + t));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    await().untilAsserted(() -> assertThat(wheel.pending()).isZero());
    assertThat(early).hasValue(0);
    assertThat(twice).hasValue(0);
    await().untilAsserted(() -> assertThat(ran.get()).isBetween(expected.get(), 64_000));
    wheel.close();
  }
}
