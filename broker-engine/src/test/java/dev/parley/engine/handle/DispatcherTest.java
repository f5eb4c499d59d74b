package dev.parley.engine.handle;

import static dev.parley.engine.doubles.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.engine.runtime.EngineThreads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DispatcherTest {

  /** Work of the test: keeps what happened to it; may end later. */
  private static final class Job implements Dispatcher.Work {
    final int number;
    final String key;
    final boolean endsAtOnce;
    final List<Job> begun;
    Dispatcher.Slot slot;
    int begins;
    int releases;
    boolean ended;

    Job(int number, String key, boolean endsAtOnce, List<Job> begun) {
      this.number = number;
      this.key = key;
      this.endsAtOnce = endsAtOnce;
      this.begun = begun;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public void run(Dispatcher.Slot given) {
      begins++;
      slot = given;
      begun.add(this);
      if (endsAtOnce) {
        end();
      }
    }

    void end() {
      ended = true;
      slot.free();
    }

    @Override
    public void release() {
      releases++;
    }

    boolean isRunning() {
      return begins > 0 && !ended;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyOrderOfEventsKeepsSlotsAndKeysAndLosesNothing(long seed) {
    Random random = new Random(seed);
    int slots = 1 + random.nextInt(4);
    Deque<Runnable> threads = new ArrayDeque<>();
    Dispatcher dispatcher = new Dispatcher(slots, threads::add);
    List<Job> all = new ArrayList<>();
    List<Job> begun = new ArrayList<>();
    for (int step = 0; step < 2_000; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          String key = random.nextInt(3) == 0 ? null : "k" + random.nextInt(4);
          Job job = new Job(all.size(), key, random.nextBoolean(), begun);
          all.add(job);
          dispatcher.offer(job);
        }
        case 2 -> {
          if (!threads.isEmpty()) {
            threads.remove().run();
          }
        }
        default -> endOne(random, all);
      }
      assertThat(all.stream().filter(Job::isRunning).count()).isLessThanOrEqualTo(slots);
      assertThat(dispatcher.running()).isLessThanOrEqualTo(slots);
    }
    while (!threads.isEmpty() || all.stream().anyMatch(Job::isRunning)) {
      endOne(random, all);
      if (!threads.isEmpty()) {
        threads.remove().run();
      }
    }
    assertThat(begun).hasSameSizeAs(all);
    assertThat(all).allMatch(job -> job.begins == 1 && job.releases == 0);
    assertThat(dispatcher.running()).isZero();
    assertOrder(begun, slots);
  }

  private static void endOne(Random random, List<Job> all) {
    List<Job> running = all.stream().filter(Job::isRunning).toList();
    if (!running.isEmpty()) {
      running.get(random.nextInt(running.size())).end();
    }
  }

  private static void assertOrder(List<Job> begun, int slots) {
    Map<String, Integer> last = new HashMap<>();
    for (Job job : begun) {
      String line = slots == 1 ? "all" : job.key;
      if (line != null) {
        Integer before = last.put(line, job.number);
        assertThat(before == null ? -1 : before).as("before in %s", line).isLessThan(job.number);
      }
    }
  }

  @Test
  void aLateMessageOfAKeyDoesNotPassAnEarlierOneThatIsReady() {
    Deque<Runnable> threads = new ArrayDeque<>();
    Dispatcher dispatcher = new Dispatcher(2, threads::add);
    List<Job> begun = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    for (String key : new String[] {null, null, "k", "k"}) {
      jobs.add(new Job(jobs.size(), key, false, begun));
      dispatcher.offer(jobs.get(jobs.size() - 1));
    }
    threads.remove().run();
    threads.remove().run();
    jobs.get(0).end(); // the first of the key begins, the second is ready
    threads.remove().run();
    jobs.add(new Job(4, "k", false, begun));
    dispatcher.offer(jobs.get(4));
    jobs.get(2).end();
    threads.remove().run();
    assertThat(begun).extracting(job -> job.number).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aKeyWithoutEndDoesNotKeepASlotToItself() {
    Deque<Runnable> threads = new ArrayDeque<>();
    Dispatcher dispatcher = new Dispatcher(2, threads::add);
    List<Job> begun = new ArrayList<>();
    Job first = new Job(0, "busy", false, begun);
    dispatcher.offer(first);
    dispatcher.offer(new Job(1, "other", false, begun));
    threads.remove().run();
    threads.remove().run();
    Job waiting = new Job(2, null, false, begun);
    dispatcher.offer(new Job(3, "busy", false, begun));
    dispatcher.offer(waiting);
    first.end();
    threads.remove().run();
    assertThat(waiting.begins).isEqualTo(1);
  }

  @Test
  void stopReleasesExactlyWhatHasNotBegun() {
    Deque<Runnable> threads = new ArrayDeque<>();
    Dispatcher dispatcher = new Dispatcher(2, threads::add);
    List<Job> begun = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    for (String key : new String[] {"k", null, "k", null, "k"}) {
      jobs.add(new Job(jobs.size(), key, false, begun));
      dispatcher.offer(jobs.get(jobs.size() - 1));
    }
    threads.remove().run();
    threads.remove().run();
    dispatcher.stop();
    dispatcher.stop();
    assertThat(jobs).extracting(job -> job.releases).containsExactly(0, 0, 1, 1, 1);
    Job late = new Job(5, null, false, begun);
    dispatcher.offer(late);
    assertThat(late.releases).isEqualTo(1);
    jobs.get(0).end();
    jobs.get(1).end();
    assertThat(begun).hasSize(2);
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void workThatThrowsDoesNotTakeItsSlotWithIt() {
    Deque<Runnable> threads = new ArrayDeque<>();
    Dispatcher dispatcher = new Dispatcher(1, threads::add);
    List<Job> begun = new ArrayList<>();
    Dispatcher.Work throwing =
        new Dispatcher.Work() {
          @Override
          public String key() {
            return null;
          }

          @Override
          public void run(Dispatcher.Slot slot) {
            throw new NoClassDefFoundError("on purpose");
          }

          @Override
          public void release() {}
        };
    dispatcher.offer(throwing);
    dispatcher.offer(new Job(0, null, true, begun));
    threads.remove().run();
    assertThat(begun).hasSize(1);
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void whatComesWhenTheThreadsHaveEndedIsReleasedAndThrowsNothing() {
    Dispatcher dispatcher =
        new Dispatcher(
            1,
            task -> {
              throw new RejectedExecutionException("closed");
            });
    Job job = new Job(0, null, true, new ArrayList<>());
    dispatcher.offer(job);
    Job later = new Job(1, null, true, new ArrayList<>());
    dispatcher.offer(later);
    assertThat(job.releases).isEqualTo(1);
    assertThat(later.releases).isEqualTo(1);
  }

  /** Goes on and on, and never waits. */
  private record Endless(Dispatcher dispatcher, AtomicBoolean over) implements Dispatcher.Work {
    @Override
    public String key() {
      return null;
    }

    @Override
    public void run(Dispatcher.Slot slot) {
      if (!over.get()) {
        dispatcher.offer(this);
      }
      slot.free();
    }

    @Override
    public void release() {
      over.set(true);
    }
  }

  @Test
  void handlersThatNeverWaitLeaveTheProcessorToOthers() {
    EngineThreads threads = EngineThreads.named("busy");
    int processors = Runtime.getRuntime().availableProcessors();
    threads.addHandlers(processors + 1);
    AtomicBoolean over = new AtomicBoolean();
    try {
      for (int i = 0; i < processors; i++) {
        Dispatcher busy = new Dispatcher(1, threads::handle);
        busy.offer(new Endless(busy, over));
      }
      List<Job> begun = Collections.synchronizedList(new ArrayList<>());
      new Dispatcher(1, threads::handle).offer(new Job(0, null, true, begun));
      await().untilAsserted(() -> assertThat(begun).hasSize(1));
    } finally {
      over.set(true);
      threads.close(Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16})
  void manyThreadsOfferWhatEndsOnOtherThreads(int slots) throws Exception {
    ExecutorService handlers = Executors.newCachedThreadPool();
    ExecutorService others = Executors.newFixedThreadPool(3);
    Dispatcher dispatcher = new Dispatcher(slots, handlers);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger disorder = new AtomicInteger();
    Map<String, Integer> last = new ConcurrentHashMap<>();
    int producers = 4;
    int each = 5_000;
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      int producer = p;
      Random random = new Random(p);
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  String key = "p" + producer + "-" + random.nextInt(3);
                  int number = i;
                  boolean later = random.nextInt(4) == 0;
                  dispatcher.offer(
                      new Dispatcher.Work() {
                        @Override
                        public String key() {
                          return key;
                        }

                        @Override
                        public void run(Dispatcher.Slot slot) {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          Integer before = last.put(key, number);
                          if (before != null && before > number) {
                            disorder.incrementAndGet();
                          }
                          Runnable end =
                              () -> {
                                running.decrementAndGet();
                                done.incrementAndGet();
                                slot.free();
                              };
                          if (later) {
                            others.execute(end);
                          } else {
                            end.run();
                          }
                        }

                        @Override
                        public void release() {
                          throw new AssertionError("released without a stop");
                        }
                      });
                }
              },
              "producer-" + p));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    await().untilAsserted(() -> assertThat(done).hasValue(producers * each));
    assertThat(most.get()).isLessThanOrEqualTo(slots);
    assertThat(disorder).hasValue(0);
    await().untilAsserted(() -> assertThat(dispatcher.running()).isZero());
    handlers.shutdownNow();
    others.shutdownNow();
  }
}
