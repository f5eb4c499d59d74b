package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.Reply;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.HandlerScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One request, the replies of everybody who has one. Any thread may call it. */
public final class Gathering {

  private final Publisher publisher;
  private final ReplyReader replies;
  private final EngineThreads threads;
  private final CounterBoard counters;
  private final Duration callTimeout;
  private final int limit;

  /** With the time limit for those calls that have none, and how many replies there may be. */
  public Gathering(
      Publisher publisher,
      ReplyReader replies,
      EngineThreads threads,
      CounterBoard counters,
      Duration callTimeout,
      int limit) {
    this.publisher = publisher;
    this.replies = replies;
    this.threads = threads;
    this.counters = counters;
    this.callTimeout = callTimeout;
    this.limit = limit;
  }

  /** Waits for the replies. */
  public <R> List<Reply<R>> gather(
      @Nullable Object message, CallOptions<R> options, Predicate<List<Reply<R>>> enough) {
    CompletableFuture<List<Reply<R>>> future = gatherAsync(message, options, enough);
    try {
      return future.get(); // ends by itself at the call's deadline, which it always has
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new BrokerException(
          ErrorCode.CANCELLED,
          "The thread was interrupted while it gathered replies from " + options.publishOptions(),
          e);
    } catch (ExecutionException e) {
      throw Failures.unwrap(e, options.toString());
    }
  }

  /** The future completes with what has come when there is enough of it, or at the deadline. */
  public <R> CompletableFuture<List<Reply<R>>> gatherAsync(
      @Nullable Object message, CallOptions<R> options, Predicate<List<Reply<R>>> enough) {
    if (options.isUnlimited()) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "Gathering from "
                  + options.publishOptions()
                  + " needs a time limit: nobody knows how many replies there will be"));
    }
    CallOptions<R> limited = options.timeout(options.timeout().orElse(callTimeout));
    Gathered<R> gathered = gathered(limited, enough);
    try {
      gathered.begun(publisher.open(message, limited, Map.of(), gathered));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return gathered.result();
  }

  private <R> Gathered<R> gathered(CallOptions<R> options, Predicate<List<Reply<R>>> enough) {
    String destination = options.publishOptions().toString();
    HandlerScope scope = HandlerScope.current();
    Executor executor = task -> threads.callBack(() -> HandlerScope.run(scope, task));
    long startNanos = System.nanoTime();
    return new Gathered<>(
        destination,
        frame -> {
          Duration total = Duration.ofNanos(System.nanoTime() - startNanos);
          return replies.read(frame, options.replyType(), destination, total);
        },
        enough,
        limit,
        executor,
        () -> counters.add(Counter.REPLIES_DISCARDED));
  }
}
