package dev.parley.engine.stream;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes items from a user's publisher, no more than there is room for.
 *
 * <p>The publisher calls it one signal at a time. It is asked for more, and cancelled, on a thread
 * that may run user code; {@code work} keeps that to one at a time.
 */
final class PublisherProducer implements Flow.Subscriber<Object>, Runnable {

  private static final Logger log = LoggerFactory.getLogger(PublisherProducer.class);

  /** Hears how it ended. */
  interface Owner {

    /** All items were sent. */
    void produced();

    /** The publisher failed, or an item cannot be sent. */
    void failed(Throwable error);
  }

  private final Outbound out;
  private final Executor executor;
  private final Owner owner;
  private final AtomicInteger work = new AtomicInteger();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile boolean cancelled;

  PublisherProducer(Outbound out, Executor executor, Owner owner) {
    this.out = out;
    this.executor = executor;
    this.owner = owner;
  }

  /** Begins; on a thread that may run user code. */
  @SuppressWarnings("unchecked") // an item is only encoded
  void subscribeTo(Flow.Publisher<?> items) {
    out.listener(this::schedule);
    try {
      ((Flow.Publisher<Object>) items).subscribe(this);
    } catch (RuntimeException | Error e) { // §1.9 forbids it; nobody else would tell
      fail(e);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription != null) {
      given.cancel(); // §2.5: the second one is not wanted
      return;
    }
    subscription = given;
    schedule();
  }

  private void schedule() {
    if (work.getAndIncrement() == 0) {
      executor.execute(this);
    }
  }

  @Override
  public void run() {
    int seen = work.get();
    do {
      Flow.Subscription source = subscription;
      if (source != null) {
        requestOrCancel(source);
      }
      seen = work.addAndGet(-seen);
    } while (seen > 0);
  }

  private void requestOrCancel(Flow.Subscription source) {
    try {
      if (cancelled) {
        source.cancel();
        return;
      }
      long more = out.promise();
      if (more > 0) {
        source.request(more);
      }
    } catch (RuntimeException | Error e) { // §3.15 and §3.16 forbid it
      if (cancelled) {
        log.warn("Cancelling the publisher of a stream's items failed", e);
      } else {
        fail(e);
      }
    }
  }

  @Override
  public void onNext(Object item) {
    try {
      out.item(item);
    } catch (CancellationException e) {
      cancel(); // the stream has ended; the publisher may not know yet
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(Throwable error) {
    cancel();
    owner.failed(error);
  }

  @Override
  public void onError(Throwable error) {
    owner.failed(error);
  }

  @Override
  public void onComplete() {
    owner.produced();
  }

  /** Wants nothing more. Idempotent. */
  void cancel() {
    cancelled = true;
    schedule();
  }
}
