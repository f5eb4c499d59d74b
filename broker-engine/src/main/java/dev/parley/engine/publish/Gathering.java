package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.ErrorCode;
import dev.parley.Reply;
import dev.parley.engine.runtime.EngineThreads;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One request, the replies of everybody who has one. Any thread may call it. */
public final class Gathering {

  private final Publisher publisher;
  private final ReplyReader replies;
  private final EngineThreads threads;
  private final Duration callTimeout;

  /** With the limit for those calls that have none. */
  public Gathering(
      Publisher publisher, ReplyReader replies, EngineThreads threads, Duration callTimeout) {
    this.publisher = publisher;
    this.replies = replies;
    this.threads = threads;
    this.callTimeout = callTimeout;
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
    Gathered<R> gathered = new Gathered<>(limited, enough);
    try {
      gathered.call.complete(publisher.open(message, limited, Map.of(), gathered));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return gathered.result;
  }

  /**
   * The replies so far. The transport's threads queue what they hear on a thread of ours, one at a
   * time; guarded by its monitor.
   */
  private final class Gathered<R> implements Frames {
    private final CallOptions<R> options;
    private final Predicate<List<Reply<R>>> enough;
    private final CompletableFuture<OpenCall> call = new CompletableFuture<>();
    private final CompletableFuture<List<Reply<R>>> result = new CompletableFuture<>();
    private final List<Reply<R>> received = new ArrayList<>(); // guarded by this
    private final @Nullable HandlerScope scope = HandlerScope.current();
    private final long startNanos = System.nanoTime();

    Gathered(CallOptions<R> options, Predicate<List<Reply<R>>> enough) {
      this.options = options;
      this.enough = enough;
      var unused =
          result.whenComplete(
              (all, error) -> {
                if (result.isCancelled()) {
                  onCall(OpenCall::cancel);
                }
              });
    }

    /** Now, or as soon as the thread that opens the call has it. */
    private void onCall(Consumer<OpenCall> action) {
      var unused = call.thenAccept(action);
    }

    @Override
    public boolean received(WireMessage frame) {
      threads.callBack(() -> HandlerScope.run(scope, () -> add(frame)));
      return true;
    }

    private synchronized void add(WireMessage frame) {
      if (result.isDone()) {
        return;
      }
      Duration total = Duration.ofNanos(System.nanoTime() - startNanos);
      received.add(
          replies.read(frame, options.replyType(), options.publishOptions().toString(), total));
      try {
        if (enough.test(List.copyOf(received))) {
          result.complete(List.copyOf(received));
          onCall(OpenCall::end);
        }
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
        onCall(OpenCall::end);
      }
    }

    @Override
    public void failed(BrokerException error) {
      threads.callBack(() -> HandlerScope.run(scope, () -> end(error)));
    }

    private synchronized void end(BrokerException error) {
      if (error.code() == ErrorCode.TIMEOUT) {
        result.complete(List.copyOf(received)); // the time was up to the caller
      } else {
        result.completeExceptionally(error);
      }
    }
  }
}
