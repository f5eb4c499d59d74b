package dev.parley.memory;

import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Listening;
import dev.parley.spi.Scheduler;
import dev.parley.spi.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of a queue, with its unsettled deliveries as a linked list.
 *
 * <p>Any thread may call the public methods. What changes is guarded by the queue.
 */
final class MemoryListening implements Listening {

  private final MemoryTransport transport;
  private final MemoryQueue queue;
  private final int prefetch;
  private final DeliveryListener listener;
  private final Scheduler scheduler;
  private final SpaceTime time;
  private final CompletableFuture<Void> stop = new CompletableFuture<>();

  /** Whether it takes nothing for the time being, or for good; guarded by the queue. */
  boolean paused;

  boolean stopped;

  private @Nullable MemoryDelivery newest;
  private int unsettled;

  MemoryListening(
      MemoryTransport transport,
      Space space,
      MemoryQueue queue,
      int prefetch,
      DeliveryListener listener,
      Scheduler scheduler) {
    this.transport = transport;
    this.queue = queue;
    this.prefetch = prefetch;
    this.listener = listener;
    this.scheduler = scheduler;
    this.time = space.time();
  }

  MemoryTransport transport() {
    return transport;
  }

  MemoryQueue queue() {
    return queue;
  }

  DeliveryListener listener() {
    return listener;
  }

  Observers observers() {
    return transport.observers();
  }

  @Override
  public void pause() {
    queue.pause(this, true);
  }

  @Override
  public void resume() {
    queue.pause(this, false);
  }

  @Override
  public CompletionStage<Void> stop() {
    if (queue.source().kind() == Source.Kind.BROADCAST) {
      transport.endBroadcast(queue); // nobody will ever take what would still come
    }
    queue.stop(this);
    return stop.minimalCompletionStage();
  }

  void completeStop() {
    stop.complete(null);
  }

  @Override
  public void close() {
    stop();
    queue.detach(this);
    transport.forget(this);
  }

  /** Whether it can take one more; under the lock of the queue. */
  boolean free() {
    return unsettled < prefetch && !paused && !stopped;
  }

  /** Takes a message; under the lock of the queue. */
  MemoryDelivery track(Stored stored) {
    long received = scheduler.nanoTime();
    long age = time.at(scheduler, received) - stored.sentAt;
    MemoryDelivery delivery = new MemoryDelivery(this, stored, received, age);
    delivery.previous = newest;
    if (newest != null) {
      newest.next = delivery;
    }
    newest = delivery;
    unsettled++;
    return delivery;
  }

  /** Forgets a delivery that is settled; under the lock of the queue. */
  void untrack(MemoryDelivery delivery) {
    MemoryDelivery previous = delivery.previous;
    MemoryDelivery next = delivery.next;
    if (previous != null) {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    } else {
      newest = previous;
    }
    delivery.previous = null; // a delivery somebody holds on to must not hold on to others
    delivery.next = null;
    unsettled--;
  }

  /** Forgets and returns all deliveries that are not settled; under the lock of the queue. */
  List<MemoryDelivery> loseUnsettled() {
    List<MemoryDelivery> lost = new ArrayList<>(unsettled);
    while (newest != null) {
      MemoryDelivery delivery = newest;
      untrack(delivery);
      delivery.lose();
      lost.add(delivery);
    }
    return lost;
  }
}
