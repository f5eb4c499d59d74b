package dev.parley.kafka;

import dev.parley.spi.DeliveryListener;
import dev.parley.spi.DeliveryListener.State;
import dev.parley.spi.Listening;
import dev.parley.spi.Source;
import dev.parley.spi.TransportException;
import dev.parley.spi.support.BackOff;
import dev.parley.spi.support.InOrder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer that comes back by itself: one session of Kafka's client after the other, on one
 * thread of its own.
 *
 * <p>Any thread says what is wanted. What is wanted, the session and the state told last are
 * guarded by this object's monitor; the listener is called without it, in order.
 */
final class KafkaListening implements Listening {

  private static final Logger log = LoggerFactory.getLogger(KafkaListening.class);
  private static final Duration LONGEST_POLL = Duration.ofMillis(500);
  private static final Duration DECLARE_LIMIT = Duration.ofSeconds(15);
  private static final Duration LOOK_WAIT = Duration.ofMillis(500);
  private static final long STABLE_NANOS = Duration.ofSeconds(10).toNanos();

  private enum Wanted {
    CONSUMING,
    PAUSED,
    STOPPED,
    CLOSED
  }

  private final Source source;
  private final KafkaQueueSpec spec;
  private final Parts parts;
  private final DeliveryListener listener;
  private final Function<Topics.Topic, ListeningSession> opening;
  private final BackOff backOff;
  private final Alarm alarm = new Alarm();
  private final InOrder events = new InOrder();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private Wanted wanted = Wanted.CONSUMING;
  private State told = State.STARTING;
  private @Nullable ListeningSession session;
  private boolean doubtful; // the reading thread's own
  private long provenNanos; // the reading thread's own

  /**
   * For that source.
   *
   * @param spec how its topic is created
   * @param opening opens a session on the topic that was found or made
   */
  KafkaListening(
      Source source,
      KafkaQueueSpec spec,
      Parts parts,
      DeliveryListener listener,
      Function<Topics.Topic, ListeningSession> opening) {
    this.source = source;
    this.spec = spec;
    this.parts = parts;
    this.listener = listener;
    this.opening = opening;
    this.backOff = parts.settings().backOff().get();
  }

  /** Begins to read. */
  KafkaListening start() {
    Thread thread = parts.threads().newThread(this::run);
    thread.setName(thread.getName() + "-consume");
    thread.start();
    return this;
  }

  private void run() {
    while (wanted() != Wanted.CLOSED) {
      long begin = parts.scheduler().nanoTime();
      try {
        consume();
      } catch (KafkaException | TransportException | IllegalStateException e) {
        failed(e);
        if (parts.scheduler().nanoTime() - begin > STABLE_NANOS) {
          backOff.reset();
        }
        pause(backOff.next());
      }
    }
    stopped.complete(null);
    tell(State.STOPPED, null);
  }

  private void consume() {
    Topics.Topic topic = declared();
    if (topic == null) {
      return; // closed meanwhile
    }
    ListeningSession fresh = opening.apply(topic);
    try {
      synchronized (this) {
        session = fresh;
        fresh.hold(wanted != Wanted.CONSUMING);
      }
      fresh.begin();
      doubtful = false;
      while (wanted() != Wanted.CLOSED) {
        fresh.step(pollTime());
        report(fresh);
      }
    } finally {
      synchronized (this) {
        session = null;
      }
      fresh.end(parts.cluster().isUp());
    }
  }

  private Duration pollTime() {
    Duration limit = parts.settings().commitInterval();
    return limit.compareTo(LONGEST_POLL) < 0 ? limit : LONGEST_POLL;
  }

  /** The topic, created if need be; null when closed meanwhile. */
  private Topics.@Nullable Topic declared() {
    CompletionStage<Topics.Topic> declared =
        parts
            .topics()
            .ensure(source.name(), spec)
            .thenCombine(parts.cluster().clockAsked(), (topic, asked) -> topic);
    declared.whenComplete((done, error) -> alarm.ring());
    CompletableFuture<Topics.Topic> topic = declared.toCompletableFuture();
    long begin = parts.scheduler().nanoTime();
    while (!topic.isDone() && wanted() != Wanted.CLOSED) {
      long waited = parts.scheduler().nanoTime() - begin;
      if (waited > DECLARE_LIMIT.toNanos()) {
        throw new KafkaException("no broker of the cluster has answered within " + DECLARE_LIMIT);
      }
      if (waited > LOOK_WAIT.toNanos() && !parts.cluster().isUp()) {
        tell(State.RECOVERING, noAnswer());
      }
      pause(Duration.ofMillis(100));
    }
    if (!topic.isDone()) {
      return null;
    }
    try {
      parts.sender().expect(source.name(), topic.join());
      return topic.join();
    } catch (CompletionException e) {
      if (KafkaErrors.unwrap(e) instanceof TransportException reason) {
        throw reason;
      }
      throw new KafkaException(KafkaErrors.describe(e), e);
    }
  }

  /** Tells how it is. Kafka's client does not say when it has lost its connections. */
  private void report(ListeningSession now) {
    if (!parts.cluster().isUp()) {
      doubtful = true;
      tell(State.RECOVERING, noAnswer());
      return;
    }
    if (doubtful && !proven(now)) {
      return;
    }
    if (now.isAssigned()) {
      switch (wanted()) {
        case CONSUMING -> tell(State.CONSUMING, null);
        case PAUSED -> tell(State.PAUSED, null);
        case STOPPED -> tell(State.STOPPED, null);
        case CLOSED -> {}
      }
    }
  }

  private static TransportException noAnswer() {
    return new TransportException("no broker of the cluster answers", null);
  }

  private boolean proven(ListeningSession now) {
    if (parts.scheduler().nanoTime() - provenNanos < LOOK_WAIT.toNanos()) {
      return false;
    }
    provenNanos = parts.scheduler().nanoTime();
    try {
      now.prove();
      doubtful = false;
    } catch (KafkaException e) {
      log.debug("{} is not consumed yet", source, e);
    }
    return !doubtful;
  }

  private void failed(RuntimeException error) {
    if (wanted() == Wanted.CLOSED) {
      log.debug("Ending the consumer of {} failed", source, error);
      return;
    }
    String why = KafkaErrors.describe(error);
    log.warn("Cannot consume from {}: {}", source, why);
    tell(
        State.RECOVERING,
        new TransportException("cannot consume from " + source + ": " + why, error));
  }

  @Override
  public void pause() {
    want(Wanted.PAUSED);
  }

  @Override
  public void resume() {
    want(Wanted.CONSUMING);
  }

  @Override
  public CompletionStage<Void> stop() {
    want(Wanted.STOPPED);
    return stopped.minimalCompletionStage();
  }

  @Override
  public void close() {
    want(Wanted.CLOSED);
  }

  private void want(Wanted next) {
    ListeningSession now;
    synchronized (this) {
      if (wanted.compareTo(Wanted.STOPPED) >= 0 && next.compareTo(wanted) <= 0) {
        return; // stopping is for good
      }
      wanted = next;
      now = session;
    }
    if (now == null) {
      reached(next);
    } else if (next == Wanted.STOPPED || next == Wanted.CLOSED) {
      now.holdThen(() -> reached(next));
      now.wake();
    } else {
      now.hold(next == Wanted.PAUSED);
      reached(next);
      now.wake();
    }
    alarm.ring();
  }

  private void reached(Wanted now) {
    switch (now) {
      case PAUSED -> tell(State.PAUSED, null);
      case STOPPED, CLOSED -> {
        stopped.complete(null);
        tell(State.STOPPED, null);
      }
      case CONSUMING -> {}
    }
  }

  private synchronized Wanted wanted() {
    return wanted;
  }

  /** Waits on the reading thread until something is wanted, or the time is over. */
  private void pause(Duration time) {
    if (wanted() != Wanted.CLOSED && !alarm.await(time)) {
      close();
    }
  }

  private void tell(State state, @Nullable Throwable error) {
    synchronized (this) {
      if (told == State.STOPPED || state == told) {
        return;
      }
      told = state;
      events.add(() -> listener.changed(state, error));
    }
    events.tell();
  }
}
