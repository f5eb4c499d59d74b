package dev.parley.conformance;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** A subscriber that requests nothing by itself. */
final class Stalled implements Flow.Subscriber<Object> {

  final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final AtomicInteger seen;

  Stalled(AtomicInteger seen) {
    this.seen = seen;
  }

  /** How many items have come. */
  int seen() {
    return seen.get();
  }

  void request(long items) {
    subscription.join().request(items);
  }

  void cancel() {
    subscription.join().cancel();
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
  }

  @Override
  public void onNext(Object item) {
    seen.incrementAndGet();
  }

  @Override
  public void onError(Throwable error) {
    ended.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    ended.complete(null);
  }
}
