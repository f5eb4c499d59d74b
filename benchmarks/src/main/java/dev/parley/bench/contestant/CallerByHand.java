package dev.parley.bench.contestant;

import java.util.concurrent.CompletableFuture;

/** By hand: calls over one way of sending. */
record CallerByHand(PendingCalls calls, PendingCalls.Sending sending) implements Contestant.Caller {
  @Override
  public Object call(Object request) throws Exception {
    return calls.call(request, sending);
  }

  @Override
  public CompletableFuture<?> callAsync(Object request) {
    return calls.callAsync(request, sending);
  }
}
