package dev.parley.conformance;

import java.util.concurrent.Flow;
import java.util.function.Function;

/** Gives what another one gives, changed. */
record MappingPublisher<T, R>(Flow.Publisher<T> source, Function<T, R> mapper)
    implements Flow.Publisher<R> {

  @Override
  public void subscribe(Flow.Subscriber<? super R> subscriber) {
    source.subscribe(
        new Flow.Subscriber<T>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(T item) {
            subscriber.onNext(mapper.apply(item));
          }

          @Override
          public void onError(Throwable error) {
            subscriber.onError(error);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
