package dev.parley.test;

import dev.parley.Broker;
import dev.parley.memory.MemoryBroker;
import dev.parley.spi.WireReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One test's broker with all that watches it. Any thread may call it; {@code ended} is written by
 * whoever ends it, once.
 */
final class Session {

  private static final Duration LAST = Duration.ofSeconds(10);

  private final MemoryBroker memory;
  private final MemoryBroker.Observation observation;
  private final Broker broker;
  private final Recorder recorder;
  private final RunningHandlers running;
  private final Waiting waiting;
  private final Duration limit;
  private volatile boolean ended;

  private Session(
      MemoryBroker memory,
      MemoryBroker.Observation observation,
      Broker broker,
      Changes changes,
      Recorder recorder,
      RunningHandlers running,
      Duration limit) {
    this.memory = memory;
    this.observation = observation;
    this.broker = broker;
    this.recorder = recorder;
    this.running = running;
    this.limit = limit;
    this.waiting =
        new Waiting(
            recorder,
            running,
            changes,
            memory,
            new Story(recorder, running, memory, broker),
            limit);
  }

  /** A broker of its own, with its handlers running. */
  static Session start(Plan plan) {
    Changes changes = new Changes();
    Recorder recorder = new Recorder(changes);
    RunningHandlers running = new RunningHandlers(recorder, changes);
    MemoryBroker memory = MemoryBroker.create();
    try {
      Broker broker = plan.build(memory.url(), running);
      Session session =
          new Session(
              memory, memory.observe(recorder), broker, changes, recorder, running, plan.limit());
      session.run(plan);
      return session;
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  private void run(Plan plan) {
    try {
      plan.fill(broker);
      broker.start();
    } catch (RuntimeException | Error e) {
      broker.close(Duration.ZERO);
      observation.close();
      throw e;
    }
  }

  Broker broker() {
    return broker;
  }

  WireReader reader() {
    return (WireReader) broker; // as every broker of the engine
  }

  MemoryBroker memory() {
    return memory;
  }

  Recorder recorder() {
    return recorder;
  }

  Waiting waiting() {
    return waiting;
  }

  boolean ended() {
    return ended;
  }

  boolean onHandlerThread() {
    return running.onThisThread();
  }

  /** Drains and ends; throws {@link AssertionError} when handlers still run at the limit. */
  void end() {
    ended = true;
    List<String> stuck;
    try {
      stuck = drain();
    } finally {
      observation.close();
      memory.close();
    }
    if (!stuck.isEmpty()) {
      throw new AssertionError(
          Text.count(stuck.size(), "handler")
              + " still ran "
              + limit
              + " after the test, and had to be interrupted:\n    - "
              + String.join("\n    - ", stuck));
    }
  }

  /** Closes on a thread of its own, so that who is stuck can be seen before it is interrupted. */
  private List<String> drain() {
    FutureTask<Boolean> closing =
        new FutureTask<>(() -> broker.close(limit.plus(LAST)), Boolean.TRUE);
    Thread closer = new Thread(closing, "parley-test-close");
    closer.setDaemon(true);
    closer.start();
    List<String> stuck = List.of();
    if (!await(closing, limit)) {
      stuck = running.describe();
      closer.interrupt(); // the broker takes it as the limit: it interrupts handlers and ends
      if (!await(closing, LAST)) {
        throw new AssertionError("The broker could not be closed within " + limit.plus(LAST));
      }
    }
    return stuck;
  }

  private static boolean await(FutureTask<Boolean> closing, Duration limit) {
    try {
      return closing.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while the broker was being closed", e);
    } catch (ExecutionException e) {
      throw new AssertionError("The broker could not be closed", e.getCause());
    }
  }
}
