package dev.parley.faults;

import static dev.parley.PublishOptions.to;

import dev.parley.Broker;
import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.PublishFailedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered messages and calls at a steady pace, one thread for all, until it is stopped. What
 * the broker holds up is bounded: past that, nothing more is sent until something has ended.
 */
final class Traffic implements AutoCloseable {

  private static final Duration PACE = Duration.ofMillis(4);
  private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(10);
  private static final int UNDER_WAY_AT_MOST = 2_000;
  private static final int CALL_EACH = 3; // messages

  private final Broker client;
  private final Names names;
  private final Chance chance;
  private final Ledger ledger;
  private final CallBook calls;
  private final Semaphore room = new Semaphore(UNDER_WAY_AT_MOST);
  private final Thread thread = new Thread(this::run, "faults-traffic");
  private volatile boolean stopped;

  Traffic(Broker client, Names names, Chance chance, Ledger ledger, CallBook calls) {
    this.client = client;
    this.names = names;
    this.chance = chance;
    this.ledger = ledger;
    this.calls = calls;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    for (int turn = 0; !stopped && ledger.size() < Ledger.CAPACITY; turn++) {
      if (room.tryAcquire()) {
        send();
      }
      if (turn % CALL_EACH == 0 && room.tryAcquire()) {
        call();
      }
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  private void send() {
    int number = ledger.sending();
    CompletableFuture<?> unused = // the ledger has it
        client
            .publishAsync(number, to(names.work()).key(Ledger.key(number)).timeout(PUBLISH_LIMIT))
            .whenComplete((nothing, error) -> sent(number, error));
  }

  private void sent(int number, @Nullable Throwable error) {
    room.release();
    if (error == null) {
      ledger.confirmed(number);
      return;
    }
    Throwable cause = Causes.of(error);
    // All other codes say that it was not sent; what is no BrokerException says nothing.
    boolean maybe =
        cause instanceof PublishFailedException failure
            ? failure.maybeSent()
            : !(cause instanceof BrokerException);
    ledger.failed(number, maybe, String.valueOf(cause));
  }

  private void call() {
    int number = calls.begin();
    long began = System.nanoTime();
    CallOptions<Integer> call =
        to(names.echo()).callback(Integer.class).timeout(chance.patience(number)).raiseTimeout();
    CompletableFuture<?> unused = // the book has it
        client
            .publishAsync(number, call)
            .whenComplete(
                (reply, error) -> {
                  room.release();
                  calls.ended(number, began, reply, error);
                });
  }

  /** Sends no more; what is under way goes on. */
  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
    Patience.join(thread);
  }
}
