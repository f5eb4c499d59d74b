package dev.parley.engine.stream;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** The items of a stream that is there already, for one subscriber. Any thread may call it. */
final class ItemPublisher<T> implements Flow.Publisher<T> {

  private final Inbound items;
  private final ItemReader<T> reader;
  private final Executor executor;
  private final String from;
  private final AtomicBoolean taken = new AtomicBoolean();

  ItemPublisher(Inbound items, ItemReader<T> reader, Executor executor, String from) {
    this.items = items;
    this.reader = reader;
    this.executor = executor;
    this.from = from;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    ItemSubscription<T> subscription = new ItemSubscription<>(subscriber, reader, executor, from);
    subscriber.onSubscribe(subscription);
    if (taken.compareAndSet(false, true)) {
      subscription.attach(items);
    } else {
      subscription.fail(
          new IllegalStateException("The items from " + from + " have one subscriber already"));
    }
  }
}
