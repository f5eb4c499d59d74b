package dev.parley.engine.deadletter;

import dev.parley.BrokerException;
import dev.parley.ConnectionLostException;
import dev.parley.DeadLetter;
import dev.parley.DeadLetters;
import dev.parley.ErrorCode;
import dev.parley.NoHandlerException;
import dev.parley.PublishFailedException;
import dev.parley.engine.publish.Failures;
import dev.parley.engine.runtime.Gate;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Presence;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportException;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** The dead letters of one queue or topic. Immutable; any thread may call it. */
public final class DeadLetterQueue implements DeadLetters {

  private final String name;
  private final Source source;
  private final Transport transport;
  private final Scheduler scheduler;
  private final Gate gate;
  private final Duration limit;

  /**
   * Those of that queue or topic.
   *
   * @param limit how long the broker may be out of reach, and may take to confirm
   */
  public DeadLetterQueue(
      String name, Transport transport, Scheduler scheduler, Gate gate, Duration limit) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of the queue or topic must not be empty");
    }
    this.name = name;
    this.source = Source.queue(name + ".dead");
    this.transport = transport;
    this.scheduler = scheduler;
    this.gate = gate;
    this.limit = limit;
  }

  @Override
  public List<DeadLetter> list(int most) {
    check(most, LARGEST_LIST);
    if (isAbsent()) {
      return List.of();
    }
    try (LetterReader reader = new LetterReader(transport, source, most, limit, gate)) {
      while (reader.keptCount() < most) {
        Delivery delivery = reader.next();
        if (delivery == null) {
          break;
        }
        reader.keep(delivery);
      }
      return reader.kept().stream().map(DeadLetterQueue::letter).toList();
    }
  }

  @Override
  public int replay(int most, Predicate<DeadLetter> which) {
    check(most, LARGEST_REPLAY);
    if (isAbsent()) {
      return 0;
    }
    Replay replay = new Replay(name, limit, scheduler::nanoTime);
    try (LetterReader reader = new LetterReader(transport, source, LARGEST_LIST, limit, gate)) {
      try {
        send(replay, reader, most, which);
      } finally {
        await(replay);
        replay.left().forEach(reader::keep);
      }
    }
    SendResult failure = replay.failure();
    if (failure != null) {
      gate.check("sending the dead letters of \"" + name + "\" back");
      throw failed(failure, replay.done());
    }
    return replay.done();
  }

  private static void send(
      Replay replay, LetterReader reader, int most, Predicate<DeadLetter> which) {
    int chosen = 0;
    while (chosen < most && reader.keptCount() < LARGEST_LIST && !replay.hasFailed()) {
      Delivery delivery = reader.next();
      if (delivery == null) {
        return;
      }
      boolean taken = false;
      try {
        taken = !replay.hasSent(delivery) && which.test(letter(delivery));
      } finally {
        if (!taken) {
          reader.keep(delivery); // also when the predicate throws
        }
      }
      if (taken) {
        chosen++;
        replay.send(delivery);
      }
    }
  }

  private static void await(Replay replay) {
    try {
      replay.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException(
          ErrorCode.CANCELLED,
          "The thread was interrupted after " + replay.done() + " dead letters were sent back",
          e);
    }
  }

  private BrokerException failed(SendResult failure, int done) {
    BrokerException why = Failures.ofSend(failure, "\"" + name + "\"");
    String message =
        done + " dead letters were sent back, the others are where they were: " + why.getMessage();
    return failure.status() == SendResult.Status.UNROUTABLE
        ? new NoHandlerException(message, why)
        : new PublishFailedException(message, true, why);
  }

  private static DeadLetter letter(Delivery delivery) {
    WireMessage wire = delivery.message();
    return new DeadLetter(wire.body(), wire.contentType(), wire.messageId(), wire.headers());
  }

  private boolean isAbsent() {
    gate.check("reading " + source);
    String what = "the question whether there is " + source;
    try {
      return Failures.await(
              transport.probe(Address.queue(source.name())).toCompletableFuture(), limit, what)
          == Presence.ABSENT;
    } catch (TransportException e) {
      throw new ConnectionLostException(source + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void check(int most, int largest) {
    if (most < 1 || most > largest) {
      throw new IllegalArgumentException(
          "the limit must be from 1 to " + largest + ", was " + most);
    }
  }
}
