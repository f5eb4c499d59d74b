package dev.parley.engine.stream;

import dev.parley.ReplyUnreadableException;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.spi.WireMessage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the items of a stream to a subscriber as it requests them, as in <a
 * href="https://github.com/reactive-streams/reactive-streams-jvm/blob/v1.0.4/README.md">Reactive
 * Streams</a>.
 *
 * <p>{@code work} serialises: whoever raises it from zero has the executor run it, until it is zero
 * again. The subscriber is called by that run alone.
 */
final class ItemSubscription<T> implements Flow.Subscription, Runnable {

  private static final Logger log = LoggerFactory.getLogger(ItemSubscription.class);

  private final ItemReader<T> reader;
  private final Executor executor;
  private final String from;
  private final @Nullable HandlerScope scope = HandlerScope.current();
  private final AtomicInteger work = new AtomicInteger();
  private final AtomicLong demand = new AtomicLong();
  private volatile Flow.@Nullable Subscriber<? super T> subscriber;
  private volatile @Nullable Inbound inbound;
  private volatile boolean cancelled;
  private volatile @Nullable RuntimeException failure;

  ItemSubscription(
      Flow.Subscriber<? super T> subscriber, ItemReader<T> reader, Executor executor, String from) {
    this.subscriber = subscriber;
    this.reader = reader;
    this.executor = executor;
    this.from = from;
  }

  /** Where the items come from, once that is known. */
  void attach(Inbound items) {
    inbound = items;
    items.listener(this::schedule);
    if (cancelled) {
      items.abandon("The subscription was cancelled");
    }
    schedule();
  }

  /** Ends it with an error. */
  void fail(RuntimeException error) {
    failure = error;
    schedule();
  }

  @Override
  public void request(long items) {
    if (items <= 0) {
      fail(
          new IllegalArgumentException(
              "§3.9: a subscriber must request more than zero items, not " + items));
      return;
    }
    demand.accumulateAndGet(items, (now, more) -> now + more < 0 ? Long.MAX_VALUE : now + more);
    schedule();
  }

  @Override
  public void cancel() {
    cancelled = true;
    Inbound items = inbound;
    if (items != null) {
      items.abandon("The subscription to " + from + " was cancelled");
    }
    schedule(); // to forget the subscriber
  }

  private void schedule() {
    if (work.getAndIncrement() == 0) {
      executor.execute(() -> HandlerScope.run(scope, this));
    }
  }

  @Override
  public void run() {
    int seen = work.get();
    do {
      deliver();
      seen = work.addAndGet(-seen);
    } while (seen > 0);
  }

  private void deliver() {
    Flow.Subscriber<? super T> target = subscriber;
    if (target == null) {
      return;
    }
    if (cancelled) {
      subscriber = null;
      return;
    }
    RuntimeException broken = failure;
    if (broken == null) {
      broken = deliverItems(target);
    }
    if (broken != null) {
      stop(broken.getMessage());
      RuntimeException error = broken;
      end(() -> target.onError(error));
    } else if (isComplete()) {
      subscriber = null;
      end(target::onComplete);
    }
  }

  private void end(Runnable last) {
    try {
      last.run();
    } catch (RuntimeException | Error e) { // §2.13 forbids it
      log.error("The subscriber to {} threw at the end of the stream", from, e);
    }
  }

  private void stop(@Nullable String reason) {
    subscriber = null;
    Inbound items = inbound;
    if (items != null) {
      items.abandon(String.valueOf(reason));
    }
  }

  /** Gives what is requested and there; returns what ends the stream. */
  private @Nullable RuntimeException deliverItems(Flow.Subscriber<? super T> target) {
    Inbound items = inbound;
    if (items == null) {
      return null;
    }
    while (demand.get() > 0 && !cancelled && failure == null) {
      WireMessage frame = items.poll();
      if (frame == null) {
        break;
      }
      T item;
      try {
        item = reader.read(frame);
      } catch (RuntimeException e) {
        return e;
      } catch (Error e) { // of a codec: nobody else would end the subscription
        return new ReplyUnreadableException("An item from " + from + " cannot be read: " + e, e);
      }
      if (item == null) {
        return new ReplyUnreadableException(
            "An item from " + from + " is null, which a Flow.Publisher cannot give", null);
      }
      demand.updateAndGet(now -> now == Long.MAX_VALUE ? now : now - 1);
      give(target, item);
    }
    return failure != null ? failure : items.isDrained() && !cancelled ? items.error() : null;
  }

  /** A subscriber that throws has cancelled, as §2.13 says. */
  private void give(Flow.Subscriber<? super T> target, T item) {
    try {
      target.onNext(item);
    } catch (RuntimeException | Error e) {
      log.error("The subscriber to {} threw; its subscription is cancelled", from, e);
      cancel();
    }
  }

  private boolean isComplete() {
    Inbound items = inbound;
    return items != null && !cancelled && items.isDrained() && items.error() == null;
  }
}
