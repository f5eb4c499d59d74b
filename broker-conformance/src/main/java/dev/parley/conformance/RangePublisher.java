package dev.parley.conformance;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Gives the numbers from 1, on the thread that requests them, and counts what it gave. */
final class RangePublisher<T> implements Flow.Publisher<T> {

  private final long to;
  private final LongFunction<T> item;
  private final AtomicInteger produced;
  private final AtomicBoolean cancelled;

  RangePublisher(long to, LongFunction<T> item, AtomicInteger produced, AtomicBoolean cancelled) {
    this.to = to;
    this.item = item;
    this.produced = produced;
    this.cancelled = cancelled;
  }

  static RangePublisher<Long> ofLongs(long to) {
    return new RangePublisher<>(to, n -> n, new AtomicInteger(), new AtomicBoolean());
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    subscriber.onSubscribe(
        new Flow.Subscription() {
          private final AtomicLong demand = new AtomicLong();
          private long next = 1;
          private boolean done;

          @Override
          public void request(long items) {
            if (demand.getAndAdd(items) > 0) {
              return;
            }
            do {
              if (next <= to && !cancelled.get()) {
                produced.incrementAndGet();
                subscriber.onNext(item.apply(next++));
              }
            } while (demand.decrementAndGet() > 0);
            if (next > to && !done && !cancelled.get()) {
              done = true;
              subscriber.onComplete();
            }
          }

          @Override
          public void cancel() {
            cancelled.set(true);
          }
        });
  }
}
