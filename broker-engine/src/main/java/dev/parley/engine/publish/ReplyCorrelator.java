package dev.parley.engine.publish;

import dev.parley.BrokerClosedException;
import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.PublishFailedException;
import dev.parley.engine.runtime.CounterBoard;
import dev.parley.engine.runtime.TimerWheel;
import dev.parley.spi.Address;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The calls in flight, by correlation id. An entry is registered before its request is sent and
 * taken out on every way out; who takes it out completes it, so the first reply wins and everything
 * later is counted and dropped.
 *
 * <p>Any thread may call it; the map guards the entries.
 */
final class ReplyCorrelator {

  /** What a server sends while it handles a request, when the request said the same. */
  static final String SIGN = "PING";

  private static final WireMessage NOTHING =
      new WireMessage(new byte[0], null, null, null, null, Map.of());

  private final ConcurrentHashMap<String, PendingCall> calls = new ConcurrentHashMap<>();
  private final CounterBoard counters;
  private final int limit;
  private final Liveness liveness;
  private volatile boolean closed;

  ReplyCorrelator(CounterBoard counters, int limit, TimerWheel timer, Duration silence) {
    this.counters = counters;
    this.limit = limit;
    this.liveness = new Liveness(timer, silence, this::fail);
  }

  /** Registers a call; throws when too many are in flight, or after {@link #close()}. */
  void register(PendingCall call) {
    if (calls.mappingCount() >= limit) {
      counters.add(Counter.OVERLOADED);
      throw new BrokerException(
          ErrorCode.OVERLOADED,
          "The call to "
              + call.destination()
              + " was not begun: "
              + limit
              + " calls are in flight, which is the setting call.limit",
          null);
    }
    counters.add(Counter.CALLS);
    calls.put(call.correlationId, call);
    if (closed) {
      fail(call, closedError(call)); // close() may have looked before this entry was there
    }
  }

  /** A reply has come; called by the transport's threads. */
  void received(WireMessage reply) {
    String id = reply.correlationId();
    PendingCall call = id == null ? null : calls.get(id);
    if (call != null && (call.goesOnAfter(reply) || isSign(call, reply))) {
      return;
    }
    if (call == null || !calls.remove(call.correlationId, call)) {
      counters.add(Counter.REPLIES_DISCARDED);
      return;
    }
    counters.add(Counter.CALLS_REPLIED);
    call.succeed(reply);
  }

  private boolean isSign(PendingCall call, WireMessage reply) {
    if (call.frames != null || !SIGN.equals(reply.header(WireHeaders.SIGNAL))) {
      return false;
    }
    String server = reply.header(WireHeaders.SERVER);
    liveness.heard(call, server == null ? "" : server);
    return true;
  }

  /** Ends a call as a success, unless it has ended. */
  void end(PendingCall call) {
    if (calls.remove(call.correlationId, call)) {
      counters.add(Counter.CALLS_REPLIED);
      call.succeed(NOTHING);
    }
  }

  /** Ends a call with an error, unless it has ended; says whether it was this. */
  boolean fail(PendingCall call, BrokerException error) {
    if (!calls.remove(call.correlationId, call)) {
      return false;
    }
    counters.add(
        error.code() == ErrorCode.TIMEOUT ? Counter.CALLS_TIMED_OUT : Counter.CALLS_FAILED);
    call.fail(error);
    return true;
  }

  /** Ends a call whose deadline has passed, unless it has ended. */
  void expire(PendingCall call) {
    Duration limit = Duration.ofNanos(call.deadlineNanos - call.startNanos);
    if (!call.confirmed) {
      expireUnconfirmed(call, limit);
      return;
    }
    fail(
        call,
        new CallTimeoutException(
            "No reply from "
                + call.destination()
                + " within "
                + limit
                + " (request "
                + call.correlationId
                + ")",
            null));
  }

  /** Ends a call whose request was not confirmed in time, unless it has ended. */
  void expireUnconfirmed(PendingCall call, Duration limit) {
    if (call.confirmed) {
      return;
    }
    String why =
        limit.isZero() || limit.isNegative()
            ? "was not sent: the deadline of the handler that makes the call has passed"
            : (call.sent ? "was sent but not confirmed" : "could not be sent")
                + " within "
                + limit
                + "; is the broker reachable?";
    fail(
        call,
        new PublishFailedException(
            "The request to " + call.destination() + " " + why, call.sent, null));
  }

  /** Ends the calls whose reply was to come to that address. */
  void lost(Address address, String reason) {
    failAll(
        call -> address.equals(call.replyAddress),
        call ->
            new ConnectionLostException(
                "The reply from "
                    + call.destination()
                    + " can no longer arrive ("
                    + reason
                    + "); the request may have run",
                null));
  }

  /** The calls whose request waits for a reply address. */
  void forEachWaiting(Consumer<PendingCall> action) {
    for (PendingCall call : calls.values()) {
      if (call.replyAddress == null) {
        action.accept(call);
      }
    }
  }

  /**
   * Ends the calls that were not made inside a handler; those may go on while the broker drains.
   */
  void closeOutside() {
    failAll(call -> call.scope == null, ReplyCorrelator::closedError);
  }

  /** Ends all calls, and every one that is registered from now on. */
  void close() {
    closed = true;
    failAll(call -> true, ReplyCorrelator::closedError);
  }

  int inFlight() {
    return calls.size();
  }

  private void failAll(Predicate<PendingCall> which, Function<PendingCall, BrokerException> error) {
    for (PendingCall call : calls.values()) {
      if (which.test(call)) {
        fail(call, error.apply(call));
      }
    }
  }

  private static BrokerException closedError(PendingCall call) {
    return new BrokerClosedException(
        "The broker object was closed while the call to "
            + call.destination()
            + " waited for its reply",
        null);
  }
}
