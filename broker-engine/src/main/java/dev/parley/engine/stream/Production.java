package dev.parley.engine.stream;

import dev.parley.engine.runtime.HandlerScope;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a handler returned, on its way into a stream: an iterator or stream on the handler's thread,
 * a publisher on its own.
 *
 * <p>Begun once, by the handler's thread; anybody may stop it.
 */
final class Production {

  private static final Logger log = LoggerFactory.getLogger(Production.class);

  /** Hears how it ended; may be called more than once. */
  interface Owner extends PublisherProducer.Owner {

    /** The producer has found that nobody takes its items. */
    void stopped();
  }

  private final StreamParts parts;
  private final Outbound out;
  private final Owner owner;
  private final Interruption interruption = new Interruption();
  private volatile @Nullable PublisherProducer publisher;
  private volatile boolean stopped;

  Production(StreamParts parts, Outbound out, Owner owner) {
    this.parts = parts;
    this.out = out;
    this.owner = owner;
  }

  /** Waits until items may be sent; false when none ever may. */
  interface Start {

    /** Waits. */
    boolean await() throws InterruptedException;
  }

  /** Sends the items of an iterator or a stream on this thread. */
  void run(Object items, Start start) {
    interruption.begin();
    try {
      if (start.await()) {
        sendAll(items instanceof BaseStream<?, ?> stream ? stream.iterator() : (Iterator<?>) items);
        owner.produced();
      }
    } catch (CancellationException e) {
      owner.stopped(); // it was closed under the producer
    } catch (Throwable e) { // an Error in a producer is a failure like any other
      owner.failed(e);
    } finally {
      interruption.end();
      discard(items);
    }
  }

  private void sendAll(Iterator<?> items) throws InterruptedException {
    while (true) {
      out.awaitRoom();
      if (!items.hasNext()) {
        return;
      }
      out.item(items.next());
    }
  }

  /** What subscribes to a publisher, on a thread that may run user code, in this one's scope. */
  Runnable subscription(Flow.Publisher<?> items) {
    HandlerScope scope = HandlerScope.current();
    Executor executor = task -> parts.threads().callBack(() -> HandlerScope.run(scope, task));
    PublisherProducer created = new PublisherProducer(out, executor, owner);
    publisher = created;
    return () ->
        executor.execute(
            () -> {
              if (!stopped) {
                created.subscribeTo(items);
              }
            });
  }

  /** Wants nothing more: the thread is interrupted, the publisher cancelled. Idempotent. */
  void stop() {
    stopped = true;
    interruption.interrupt();
    PublisherProducer source = publisher;
    if (source != null) {
      source.cancel();
    }
  }

  /** Ends what nobody will read. */
  static void discard(Object items) {
    if (items instanceof BaseStream<?, ?> stream) {
      try {
        stream.close();
      } catch (RuntimeException | Error e) {
        log.warn("Closing the stream that a handler returned failed", e);
      }
    }
  }
}
