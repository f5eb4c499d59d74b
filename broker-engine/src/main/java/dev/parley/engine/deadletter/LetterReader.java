package dev.parley.engine.deadletter;

import dev.parley.BrokerException;
import dev.parley.ConnectionLostException;
import dev.parley.ErrorCode;
import dev.parley.engine.runtime.Durations;
import dev.parley.engine.runtime.Gate;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a queue from its begin to its end, and gives back what was not settled.
 *
 * <p>The transport's threads deliver, one thread reads and closes. What has come and was not read
 * is bounded by the prefetch.
 */
final class LetterReader implements DeliveryListener, AutoCloseable {

  /** A queue from which nothing comes for so long is at its end: brokers have no other sign. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private static final Duration GIVE_BACK = Duration.ofSeconds(10);
  private static final Duration HANDLER_LIMIT = Duration.ofMinutes(15);
  private static final long LOOK_MILLIS = 100;
  private static final Logger log = LoggerFactory.getLogger(LetterReader.class);

  private final Source source;
  private final Gate gate;
  private final Duration limit;
  private final BlockingQueue<Delivery> come = new LinkedBlockingQueue<>();
  private final List<Delivery> kept = new ArrayList<>();
  private final Listening listening;
  private volatile State state = State.STARTING;
  private volatile @Nullable Throwable error;

  /**
   * Begins to read.
   *
   * @param limit how long the queue may be out of reach
   */
  LetterReader(Transport transport, Source source, int window, Duration limit, Gate gate) {
    this.source = source;
    this.gate = gate;
    this.limit = limit;
    this.listening =
        transport.listen(new ListenRequest(source, window, HANDLER_LIMIT, List.of()), this);
  }

  @Override
  public void delivered(Delivery delivery) {
    come.add(delivery);
  }

  @Override
  public void changed(State changed, @Nullable Throwable why) {
    state = changed;
    if (why != null) {
      error = why;
    }
  }

  /** The next one; null at the end. */
  @Nullable Delivery next() {
    long since = System.nanoTime();
    boolean consuming = state == State.CONSUMING;
    while (true) {
      gate.check("reading " + source); // also when what was fetched could still be read
      Delivery delivery = poll();
      if (delivery != null) {
        return delivery;
      }
      boolean before = consuming;
      consuming = state == State.CONSUMING;
      long now = System.nanoTime();
      if (before != consuming) {
        since = now; // what was not there may come now
      }
      if (now - since >= Durations.nanos(consuming ? QUIET : limit)) {
        if (consuming) {
          return null;
        }
        throw unreachable();
      }
    }
  }

  private @Nullable Delivery poll() {
    try {
      return come.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException(
          ErrorCode.CANCELLED, "The thread was interrupted while it read " + source, e);
    }
  }

  private ConnectionLostException unreachable() {
    Throwable why = error;
    return new ConnectionLostException(
        source
            + " could not be read within "
            + limit
            + (why == null ? "" : ": " + why.getMessage())
            + ". Is the broker reachable?",
        why);
  }

  /** Is given back in the end. */
  void keep(Delivery delivery) {
    kept.add(delivery);
  }

  int keptCount() {
    return kept.size();
  }

  /** What was kept and is still ours: the broker brings the rest once more. */
  List<Delivery> kept() {
    return kept.stream().filter(delivery -> !delivery.lost()).toList();
  }

  /** Stops reading and gives back what was kept or not read. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted(); // what was taken is given back all the same
    try {
      if (within(listening.stop().toCompletableFuture())) {
        come.drainTo(kept);
        within(
            CompletableFuture.allOf(
                kept.stream().map(LetterReader::release).toArray(CompletableFuture<?>[]::new)));
      }
    } finally {
      listening.close(); // which gives back what is left
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static CompletableFuture<?> release(Delivery delivery) {
    CompletableFuture<Object> released = new CompletableFuture<>();
    if (delivery.lost()) {
      return CompletableFuture.completedFuture(null);
    }
    delivery.settle(Settlement.RELEASE, List.of(), released::complete);
    return released;
  }

  private boolean within(CompletableFuture<?> future) {
    try {
      future.get(GIVE_BACK.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      log.debug("{} is left without giving back each letter; the broker does it", source, e);
    }
    return false;
  }
}
