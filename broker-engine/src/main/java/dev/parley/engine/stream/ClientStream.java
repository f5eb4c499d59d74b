package dev.parley.engine.stream;

import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.engine.publish.Frames;
import dev.parley.engine.publish.OpenCall;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.spi.Scheduler;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call whose replies are a stream, at the caller.
 *
 * <p>Frames come on the transport's threads, one after the other; time on the timer's; the reader
 * takes, and closes, on its own. Whoever ends it first tells the server, by {@code over}.
 */
final class ClientStream implements Frames, Inbound.Owner, Outbound.Owner {

  private final StreamParts parts;
  private final ErrorReplies errors;
  private final String destination;
  private final Duration idleTimeout;
  private final Inbound in;
  private final ServerLine line;
  private final @Nullable CallerItems sending;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile @Nullable OpenCall call;
  private volatile @Nullable BrokerException error;
  private volatile @Nullable WeakReference<Object> reader;
  private volatile Scheduler.@Nullable Task tick;
  private volatile long frameNanos;

  ClientStream(
      StreamParts parts,
      ErrorReplies errors,
      String destination,
      int credit,
      Duration idleTimeout,
      Flow.@Nullable Publisher<?> sending) {
    this.parts = parts;
    this.errors = errors;
    this.destination = destination;
    this.idleTimeout = idleTimeout;
    this.in = new Inbound(parts, destination, credit, this);
    this.line = new ServerLine(parts);
    this.sending = sending == null ? null : new CallerItems(parts, sending, line, this);
  }

  Inbound items() {
    return in;
  }

  /** Whose end, without a word, is the end of the call: nobody else could take the items. */
  void readBy(Object iterator) {
    reader = new WeakReference<>(iterator);
  }

  /** The call was begun; it may even be over. */
  void begun(OpenCall opened) {
    frameNanos = parts.timer().nanoTime();
    line.opened(opened.id(), opened.deadlineNanos());
    call = opened;
    BrokerException early = error;
    if (early != null) {
      endCall(early); // it ended before the call was there
    } else if (!over.get()) {
      schedule();
    }
  }

  @Override
  public boolean received(WireMessage frame) {
    String status = frame.header(WireHeaders.STATUS);
    String epoch = frame.header(WireHeaders.EPOCH);
    long seq = Signal.number(frame.header(WireHeaders.SEQ));
    if (epoch == null && seq < 0) {
      return single(frame, status);
    }
    if (epoch != null && !belongs(epoch, frame)) {
      return true;
    }
    frameNanos = parts.timer().nanoTime();
    Signal signal = Signal.parse(frame.header(WireHeaders.SIGNAL));
    if (signal != null && sending != null) {
      sending.signalled(signal);
    }
    return seq < 0 || item(frame, seq, status);
  }

  /** A plain reply is one item and the end; an error reply is the end. */
  private boolean single(WireMessage frame, @Nullable String status) {
    RuntimeException failure = status == null ? in.add(1, frame) : errors.read(frame, destination);
    if (failure != null) {
      in.fail(failure);
    } else {
      mistaken(in.end(2));
    }
    finish();
    return false;
  }

  /**
   * Whether a frame is of the run this stream follows: the first one that sends an item, or grants
   * the caller some, because what is sent to one run is missing in the next.
   */
  private boolean belongs(String epoch, WireMessage frame) {
    boolean settled = in.hasBegun() || (sending != null && line.isFound());
    ServerLine.Heard heard = line.heard(epoch, frame, settled);
    if (heard == ServerLine.Heard.NEW && settled) {
      line.signal(Signal.credit(in.granted())); // it has moved: what it was told may be lost
    }
    return heard != ServerLine.Heard.OTHER;
  }

  private boolean item(WireMessage frame, long seq, @Nullable String status) {
    if (status == null) {
      return !mistaken(in.add(seq, frame));
    }
    if (status.equals(Outbound.END)) {
      mistaken(in.end(seq));
    } else {
      RuntimeException told = errors.read(frame, destination);
      RuntimeException gap = in.gapBefore(seq);
      in.fail(gap != null ? gap : told != null ? told : new IllegalStateException(status));
    }
    finish();
    return false;
  }

  /** Ends the call when there is a mistake; says whether there is. */
  private boolean mistaken(@Nullable BrokerException mistake) {
    if (mistake == null) {
      return false;
    }
    failed(mistake);
    return true;
  }

  @Override
  public void failed(BrokerException why) {
    if (why.code() == ErrorCode.CLOSED || why.code() == ErrorCode.TIMEOUT) {
      in.failNow(why); // a limit is a limit for what was not taken as well
    } else {
      in.fail(why);
    }
    if (over.compareAndSet(false, true)) {
      error = why; // before the look at the call: begun() does it the other way round
      stop();
      endCall(why);
    }
  }

  private void finish() {
    if (over.compareAndSet(false, true)) {
      stop();
    }
  }

  private void stop() {
    Scheduler.Task task = tick;
    if (task != null) {
      task.cancel();
    }
    if (sending != null) {
      sending.stop();
    }
  }

  /** Leaves no entry behind, and tells the server once. */
  private void endCall(BrokerException why) {
    OpenCall opened = call;
    if (opened == null || !told.compareAndSet(false, true)) {
      return;
    }
    opened.fail(why);
    if (line.signal(Signal.CANCEL)) {
      parts.counters().add(Counter.CANCELS_SENT);
    } else {
      opened.tellCancelled(); // nothing has come yet that would name the server
    }
  }

  private void schedule() {
    tick = parts.timer().schedule(parts.tick(), this::look);
  }

  /** Called by the timer. */
  private void look() {
    if (over.get()) {
      return;
    }
    long now = parts.timer().nanoTime();
    WeakReference<Object> known = reader;
    if (line.isFound() && now - frameNanos >= parts.silence().toNanos()) {
      failed(
          new ConnectionLostException(
              "The server of the stream from "
                  + destination
                  + " has given no sign for "
                  + parts.silence()
                  + "; it may have died",
              null));
    } else if (in.waitingNanos() >= idleTimeout.toNanos()) {
      failed(
          new CallTimeoutException(
              "No further item from " + destination + " within " + idleTimeout, null));
    } else if (known != null && known.get() == null) {
      in.abandon("The items from " + destination + " were given up without being read or closed");
    } else {
      if (now - line.sentNanos(now) >= parts.heartbeat().toNanos()) {
        line.signal(Signal.credit(in.granted()));
      }
      schedule();
    }
  }

  @Override
  public void grant(long items) {
    line.signal(Signal.credit(items));
  }

  @Override
  public void abandoned(String reason) {
    failed(new BrokerException(ErrorCode.CANCELLED, reason, null));
  }

  @Override
  public void broken(String reason) {
    failed(
        new ConnectionLostException(
            "An item for " + destination + " could not be sent: " + reason, null));
  }
}
