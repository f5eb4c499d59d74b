package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.CallOptions;
import dev.parley.CallTimeoutException;
import dev.parley.ErrorCode;
import dev.parley.PublishFailedException;
import dev.parley.Reply;
import dev.parley.engine.runtime.Durations;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A blocking call through interceptors: the future ends by itself at the call's deadline. */
record InterceptedCall<R>(
    CompletableFuture<Reply<R>> future, CallOptions<R> options, Duration limit) {

  @Nullable R value(CallOptions<R> call) {
    Reply<R> reply;
    try {
      reply = await();
    } catch (CallTimeoutException e) {
      if (call.raisesTimeout()) {
        throw e;
      }
      return null;
    }
    return reply.value(); // outside: a server may reply TIMEOUT, which is not ours
  }

  Reply<R> reply() {
    return Publisher.thrown(await());
  }

  private Reply<R> await() {
    try {
      return options.isUnlimited()
          ? future.get()
          : future.get(Durations.nanos(limit), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new PublishFailedException(
          "An interceptor did not complete the " + options + " within " + limit, true, e);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new BrokerException(
          ErrorCode.CANCELLED, "The thread was interrupted while it waited for the " + options, e);
    } catch (ExecutionException e) {
      throw Failures.unwrap(e, options.toString());
    }
  }
}
