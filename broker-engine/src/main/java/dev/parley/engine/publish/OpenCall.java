package dev.parley.engine.publish;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;

/** A call with more than one reply, as the one who hears them sees it. Any thread may call it. */
public final class OpenCall {

  private final PendingCall call;
  private final Calls calls;

  OpenCall(PendingCall call, Calls calls) {
    this.call = call;
    this.calls = calls;
  }

  /** The correlation id. */
  public String id() {
    return call.correlationId;
  }

  /** Where the request went, for messages. */
  public String destination() {
    return call.destination();
  }

  /** When it ends at the latest, by the broker's clock; {@link Long#MAX_VALUE} for no limit. */
  public long deadlineNanos() {
    return call.deadlineNanos;
  }

  /** Ends it with an error, unless it has ended. */
  public void fail(BrokerException error) {
    calls.fail(call, error);
  }

  /** Ends it because the caller wants no more, and tells all servers; unless it has ended. */
  public void cancel() {
    if (calls.fail(
        call,
        new BrokerException(
            ErrorCode.CANCELLED, "The call to " + call.destination() + " was cancelled", null))) {
      tellCancelled();
    }
  }

  /** Tells all servers that nobody waits for it any more. */
  public void tellCancelled() {
    calls.tellCancelled(call);
  }

  /** Ends it as a success, unless it has ended. */
  public void end() {
    calls.end(call);
  }
}
