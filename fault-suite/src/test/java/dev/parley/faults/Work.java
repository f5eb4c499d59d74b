package dev.parley.faults;

import static dev.parley.SubscribeOptions.queue;

import dev.parley.Broker;
import dev.parley.Message;
import dev.parley.TypeRef;
import java.time.Duration;

/** The handlers of a round, the same in this process and in others. */
record Work(Names names, Chance chance, Journal journal) {

  static final int CONCURRENCY = 4;
  static final int PREFETCH = 32;
  private static final int CALLS_AT_ONCE = 16;
  private static final int RETRIES = 4;

  void registerOn(Broker server) {
    server.consume(
        queue(names.work()).concurrency(CONCURRENCY).prefetch(PREFETCH).retry(RETRIES),
        new TypeRef<Message<Integer>>() {},
        message -> handle(message.body(), message.attempt()));
    server.subscribe(queue(names.echo()).concurrency(CALLS_AT_ONCE), Integer.class, this::answer);
  }

  private void handle(int number, int attempt) throws InterruptedException {
    journal.begun(number, attempt);
    Thread.sleep(chance.effort(number).toMillis());
    if (chance.fails(number, attempt)) {
      throw new PlannedFailure("message " + number + ", attempt " + attempt);
    }
    journal.handled(number);
  }

  private Integer answer(int number) throws InterruptedException {
    if (chance.refuses(number)) {
      throw new PlannedFailure("call " + number);
    }
    if (chance.oversleeps(number)) {
      Thread.sleep(chance.patience(number).plus(Duration.ofMillis(200)).toMillis());
    }
    return number;
  }

  /** What handlers throw by plan. */
  static final class PlannedFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    PlannedFailure(String message) {
      super(message);
    }
  }
}
