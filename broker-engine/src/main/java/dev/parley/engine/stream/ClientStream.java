package dev.parley.engine.stream;

import dev.parley.BrokerException;
import dev.parley.CallTimeoutException;
import dev.parley.ConnectionLostException;
import dev.parley.Counter;
import dev.parley.ErrorCode;
import dev.parley.engine.codec.Encoded;
import dev.parley.engine.publish.Frames;
import dev.parley.engine.publish.OpenCall;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.spi.Address;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call whose replies are a stream, at the caller.
 *
 * <p>Frames come on the transport's threads, one after the other; time on the timer's; the reader
 * takes, and closes, on its own. {@code server} and {@code epoch} are written by the first only.
 */
final class ClientStream implements Frames, Inbound.Owner, Line, PublisherProducer.Owner {

  private final StreamParts parts;
  private final ErrorReplies errors;
  private final String destination;
  private final Duration idleTimeout;
  private final Inbound in;
  private final AtomicBoolean over = new AtomicBoolean();
  private @Nullable final Outbound out;
  private @Nullable final PublisherProducer producer;
  private final Flow.@Nullable Publisher<?> sending;
  private final AtomicBoolean producing = new AtomicBoolean();
  private volatile @Nullable OpenCall call;
  private final AtomicReference<@Nullable FrameSender> sender = new AtomicReference<>();
  private volatile @Nullable BrokerException error;
  private volatile @Nullable Address server;
  private volatile @Nullable String epoch;
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
    this.sending = sending;
    this.out = sending == null ? null : new Outbound(parts, this, 0);
    this.producer =
        out == null ? null : new PublisherProducer(out, parts.threads()::callBack, this);
  }

  Inbound items() {
    return in;
  }

  /** The call was begun; it may even be over. */
  void begun(OpenCall opened) {
    frameNanos = parts.timer().nanoTime();
    sender.compareAndSet(null, new FrameSender(parts, opened.id(), opened.deadlineNanos(), null));
    call = opened;
    BrokerException early = error;
    if (early != null) {
      opened.fail(early); // it ended before the call was there
      tellServer();
    } else if (!over.get()) {
      schedule();
    }
  }

  @Override
  public boolean received(WireMessage frame) {
    frameNanos = parts.timer().nanoTime();
    String status = frame.header(WireHeaders.STATUS);
    String run = frame.header(WireHeaders.EPOCH);
    long seq = Signal.number(frame.header(WireHeaders.SEQ));
    if (run == null && seq < 0) {
      return single(frame, status);
    }
    if (run != null && !belongs(run, frame)) {
      return true;
    }
    if (sender.get() == null) { // a reply that is faster than the thread that called
      String id = String.valueOf(frame.correlationId());
      sender.compareAndSet(null, new FrameSender(parts, id, Long.MAX_VALUE, null));
    }
    Signal signal = Signal.parse(frame.header(WireHeaders.SIGNAL));
    if (signal != null) {
      signalled(signal);
    }
    return seq < 0 || item(frame, seq, status);
  }

  /** A plain reply is one item and the end; an error reply is the end. */
  private boolean single(WireMessage frame, @Nullable String status) {
    RuntimeException error = status == null ? in.add(1, frame) : errors.read(frame, destination);
    if (error != null) {
      in.fail(error);
    } else {
      mistaken(in.end(2));
    }
    finish();
    return false;
  }

  /** Whether a frame is of the run this stream follows; the first one that sends items is it. */
  private boolean belongs(String run, WireMessage frame) {
    Address inbox = InboxHeader.read(frame);
    if (!run.equals(epoch)) {
      if (epoch != null && in.hasBegun()) {
        return false; // a second run of a request that was delivered twice
      }
      epoch = run;
    }
    if (inbox != null) {
      server = inbox;
    }
    return true;
  }

  private void signalled(Signal signal) {
    Outbound items = out;
    PublisherProducer source = producer;
    Flow.Publisher<?> publisher = sending;
    if (items == null || source == null || publisher == null) {
      return;
    }
    if (signal.kind() == Signal.Kind.CREDIT) {
      items.credit(signal.items());
      if (producing.compareAndSet(false, true)) {
        parts.threads().callBack(() -> source.subscribeTo(publisher));
      }
    } else if (signal.kind() == Signal.Kind.CANCEL) {
      items.close();
      source.cancel();
    }
  }

  private boolean item(WireMessage frame, long seq, @Nullable String status) {
    if (status == null) {
      return !mistaken(in.add(seq, frame));
    }
    if (status.equals(ServerStream.END)) {
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
    end(mistake);
    return true;
  }

  /** Ends the call, which tells {@link #failed}. */
  private void end(BrokerException why) {
    OpenCall opened = call;
    in.fail(why);
    if (opened != null) {
      opened.fail(why);
    }
    failed(why);
  }

  @Override
  public void failed(BrokerException why) {
    if (why.code() == ErrorCode.CLOSED || why.code() == ErrorCode.TIMEOUT) {
      in.failNow(why); // a limit is a limit for what was not taken as well
    } else {
      in.fail(why);
    }
    error = why;
    if (over.compareAndSet(false, true)) {
      stop();
      tellServer();
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
    if (out != null) {
      out.close();
    }
    if (producer != null) {
      producer.cancel();
    }
  }

  private void tellServer() {
    OpenCall opened = call;
    if (signal(Signal.CANCEL)) {
      parts.counters().add(Counter.CANCELS_SENT);
    } else if (opened != null) {
      opened.tellCancelled(); // nothing has come yet that would name the server
    }
  }

  private boolean signal(Signal signal) {
    Address to = server;
    String run = epoch;
    FrameSender way = sender.get();
    if (to == null || run == null || way == null) {
      return false;
    }
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.EPOCH, run);
    headers.put(WireHeaders.SIGNAL, signal.toString());
    way.signal(to, headers);
    return true;
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
    FrameSender way = sender.get();
    if (server != null && now - frameNanos >= parts.silence().toNanos()) {
      end(
          new ConnectionLostException(
              "The server of the stream from "
                  + destination
                  + " has given no sign for "
                  + parts.silence()
                  + "; it may have died",
              null));
    } else if (in.waitingNanos() >= idleTimeout.toNanos()) {
      end(
          new CallTimeoutException(
              "No further item from " + destination + " within " + idleTimeout, null));
    } else {
      if (way != null && now - way.sentNanos() >= parts.heartbeat().toNanos()) {
        signal(Signal.credit(in.granted()));
      }
      schedule();
    }
  }

  @Override
  public void grant(long items) {
    signal(Signal.credit(items));
  }

  @Override
  public void abandoned(String reason) {
    end(new BrokerException(ErrorCode.CANCELLED, reason, null));
  }

  @Override
  public void put(Map<String, String> headers, Encoded body, SendListener listener) {
    Address to = server;
    FrameSender way = sender.get();
    if (to != null && way != null) { // else there was no credit
      headers.put(WireHeaders.EPOCH, String.valueOf(epoch));
      way.put(to, headers, body, listener);
    }
  }

  @Override
  public void flush() {
    FrameSender way = sender.get();
    if (way != null) {
      way.flush();
    }
  }

  @Override
  public void broken(String reason) {
    end(
        new ConnectionLostException(
            "An item for " + destination + " could not be sent: " + reason, null));
  }

  @Override
  public void produced() {
    Outbound items = out;
    if (items != null) {
      Map<String, String> headers = new HashMap<>();
      headers.put(WireHeaders.STATUS, ServerStream.END);
      items.end(headers, () -> {});
    }
  }

  @Override
  public void failed(Throwable why) {
    Outbound items = out;
    if (items != null) {
      items.error(
          ErrorReport.of(
              ErrorCode.CANCELLED,
              why.getClass().getSimpleName(),
              "The items of the caller have failed: " + why.getMessage(),
              List.of()),
          () -> {});
    }
  }
}
