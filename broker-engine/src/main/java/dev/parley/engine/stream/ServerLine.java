package dev.parley.engine.stream;

import dev.parley.engine.codec.Encoded;
import dev.parley.spi.Address;
import dev.parley.spi.SendListener;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way from a caller to the one run of its request that it follows, found by that run's frames.
 *
 * <p>{@code run} is written by the thread that hears frames, one after the other; any thread may
 * send.
 */
final class ServerLine implements Line {

  /** What a frame says about who sent it. */
  enum Heard {
    /** The run that is followed. */
    KNOWN,
    /** The run that is followed from now on, or its new address: what it was told may be lost. */
    NEW,
    /** Another run of a request that was delivered twice: not wanted. */
    OTHER
  }

  private record Run(String epoch, @Nullable Address inbox) {}

  private final StreamParts parts;
  private final AtomicReference<@Nullable FrameSender> sender = new AtomicReference<>();
  private volatile @Nullable Run run;

  ServerLine(StreamParts parts) {
    this.parts = parts;
  }

  /** The call's id and deadline are known; a reply may have told the id before. */
  void opened(String id, long deadlineNanos) {
    sender.compareAndSet(null, new FrameSender(parts, id, deadlineNanos, null));
  }

  /**
   * Hears a frame of a run.
   *
   * @param settled whether one run's items have been taken, so that no other may be followed
   */
  Heard heard(String epoch, WireMessage frame, boolean settled) {
    if (sender.get() == null) { // a reply that is faster than the thread that called
      opened(String.valueOf(frame.correlationId()), Long.MAX_VALUE);
    }
    Run known = run;
    Address inbox = InboxHeader.read(frame);
    if (known == null || (!known.epoch().equals(epoch) && !settled)) {
      run = new Run(epoch, inbox);
      return Heard.NEW;
    }
    if (!known.epoch().equals(epoch)) {
      if (inbox != null) {
        signal(new Run(epoch, inbox), Signal.CANCEL); // else it would go on until it misses us
      }
      return Heard.OTHER;
    }
    if (inbox != null && !inbox.equals(known.inbox())) {
      run = new Run(epoch, inbox);
      return Heard.NEW;
    }
    return Heard.KNOWN;
  }

  /** Whether a server is known, whose silence means something. */
  boolean isFound() {
    Run known = run;
    return known != null && known.inbox() != null;
  }

  /** When a frame was sent the last time, by the broker's clock; that one when none was. */
  long sentNanos(long otherwise) {
    FrameSender way = sender.get();
    return way == null ? otherwise : way.sentNanos();
  }

  /** Tells the server something; false when nothing has come yet that would name it. */
  boolean signal(Signal signal) {
    Run known = run;
    return known != null && signal(known, signal);
  }

  private boolean signal(Run to, Signal signal) {
    FrameSender way = sender.get();
    Address inbox = to.inbox();
    if (way == null || inbox == null) {
      return false;
    }
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.EPOCH, to.epoch());
    headers.put(WireHeaders.SIGNAL, signal.toString());
    way.signal(inbox, headers, result -> {}); // grants are totals, and told again
    return true;
  }

  @Override
  public void put(Map<String, String> headers, Encoded body, SendListener listener) {
    Run known = run;
    FrameSender way = sender.get();
    Address inbox = known == null ? null : known.inbox();
    if (known != null && inbox != null && way != null) { // else a grant without an address: no peer
      headers.put(WireHeaders.EPOCH, known.epoch());
      way.put(inbox, headers, body, listener);
    }
  }

  @Override
  public void flush() {
    FrameSender way = sender.get();
    if (way != null) {
      way.flush();
    }
  }
}
