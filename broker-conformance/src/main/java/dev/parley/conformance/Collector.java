package dev.parley.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Collects what a publisher gives, up to the demand it is made with. */
final class Collector<T> implements Flow.Subscriber<T> {

  final CompletableFuture<List<T>> result = new CompletableFuture<>();
  private final List<T> items = Collections.synchronizedList(new ArrayList<>());
  private final long demand;

  Collector(long demand) {
    this.demand = demand;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(demand);
  }

  @Override
  public void onNext(T item) {
    items.add(item);
  }

  @Override
  public void onError(Throwable error) {
    result.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    result.complete(List.copyOf(items));
  }
}
