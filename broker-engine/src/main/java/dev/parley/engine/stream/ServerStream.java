package dev.parley.engine.stream;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of replies, from the first frame to the last.
 *
 * <p>The handler's thread, or the threads of its publisher, produce; the caller's signals come on
 * the transport's threads, time on the timer's; whoever ends it first decides how, by {@code over}.
 */
public final class ServerStream
    implements Production.Owner, Inbound.Owner, Outbound.Owner, CallerWatch.Owner {

  private static final Logger log = LoggerFactory.getLogger(ServerStream.class);

  /** Hears once how it ended; must not block. */
  @FunctionalInterface
  public interface Owner {

    /** It has ended; {@code error} is why, for {@link End#FAILED}. */
    void finished(StreamEnd end, @Nullable Throwable error);
  }

  private final StreamParts parts;
  private final ServerInbox inbox;
  private final boolean credited;
  private final CallerLine line;
  private final CallerWatch watch;
  private final Outbound out;
  private final @Nullable Inbound in;
  private final Production production;
  private final Function<Throwable, ErrorReport> reports;
  private final ErrorReplies errors;
  private final Owner owner;
  private final StartGate start = new StartGate();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean shuttingDown;

  ServerStream(
      StreamParts parts,
      ServerInbox inbox,
      Delivery request,
      Address replyTo,
      long deadlineNanos,
      boolean takesItems,
      Function<Throwable, ErrorReport> reports,
      ErrorReplies errors,
      Owner owner) {
    this.parts = parts;
    this.inbox = inbox;
    this.reports = reports;
    this.errors = errors;
    this.owner = owner;
    this.line = new CallerLine(parts, request, replyTo, deadlineNanos, this::gone);
    Signal signal = Signal.parse(request.message().header(WireHeaders.SIGNAL));
    this.credited = signal != null && signal.kind() == Signal.Kind.CREDIT;
    this.watch = new CallerWatch(parts, line, credited, deadlineNanos, this);
    long credit = credited && signal != null ? signal.items() : Long.MAX_VALUE;
    this.out = new Outbound(parts, line, credit, this);
    this.in = takesItems ? new Inbound(parts, "the caller", parts.credit(), this) : null;
    this.production = new Production(parts, out, this);
  }

  /** The caller's items; null where the handler takes none. */
  @Nullable Inbound items() {
    return in;
  }

  /** Whether the caller takes part: it grants, and hears signs. A foreign caller need not. */
  public boolean isCredited() {
    return credited;
  }

  /** Hears its caller from now on; false when it is over already, and never will. */
  public boolean open() {
    inbox.add(line.epoch(), this);
    if (over.get()) {
      inbox.remove(line.epoch());
    }
    return !over.get();
  }

  /** The frame that is to be confirmed before the request is settled. */
  Outgoing firstFrame(Address inboxAddress) {
    return line.firstFrame(inboxAddress, granted());
  }

  private Signal granted() {
    return in == null ? Signal.PING : Signal.credit(in.granted());
  }

  /** The caller has the first frame: items may follow. */
  public void start() {
    if (start.open()) {
      watch.start();
    } else if (shuttingDown) {
      tellShutDown(); // the request is settled, so nobody else would tell
    }
  }

  /** Whether it was started; waits for it, or for its end. */
  public boolean awaitStart() throws InterruptedException {
    return start.await();
  }

  /**
   * Sends the items of an iterator or a stream, on this thread, or those of a publisher, on its own
   * threads.
   *
   * @param whenEnded runs once, when the producer is done with
   */
  public void produce(Object items, Runnable whenEnded) {
    if (items instanceof Flow.Publisher<?> publisher) {
      produce(publisher, whenEnded);
      return;
    }
    try {
      production.run(items, this::awaitStart);
    } finally {
      whenEnded.run();
    }
  }

  private void produce(Flow.Publisher<?> publisher, Runnable whenEnded) {
    var unusedEnd = ended.whenComplete((done, error) -> whenEnded.run());
    start.whenOpen(production.subscription(publisher));
  }

  /** Sends one value as the only item, or none where the handler returns nothing. */
  public void reply(@Nullable Object value, boolean nothing) {
    try {
      if (!nothing) {
        out.item(value);
      }
      produced();
    } catch (CancellationException e) {
      stopped();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void produced() {
    if (!shuttingDown) {
      out.end(() -> finish(StreamEnd.PRODUCED, null));
    }
  }

  @Override
  public void failed(Throwable error) {
    if (!shuttingDown) {
      out.error(reports.apply(error), () -> finish(StreamEnd.FAILED, error));
    }
  }

  @Override
  public void stopped() {
    if (!shuttingDown) { // else whoever shuts down waits until the caller has been told
      finish(StreamEnd.CANCELLED, null);
    }
  }

  /** Nobody takes the items any more: the producer is stopped. Idempotent. */
  public void cancel() {
    out.close();
    finish(StreamEnd.CANCELLED, null);
  }

  /**
   * This server goes: the producer is stopped, and the stream is over when the caller has been
   * told, or the request was handed back before there was anything to tell. Idempotent.
   */
  public void shutDown() {
    shuttingDown = true;
    if (!start.shut() && start.isOpen()) {
      tellShutDown();
    }
    production.stop();
  }

  private void tellShutDown() {
    out.error(
        lost("the server " + parts.server() + " is being closed"),
        () -> finish(StreamEnd.CANCELLED, null));
  }

  private static ErrorReport lost(String reason) {
    return ErrorReport.of(
        ErrorCode.CONNECTION_LOST, "", "The stream was ended: " + reason, List.of());
  }

  @Override
  public void broken(String reason) {
    if (!over.get()) {
      log.warn("A stream was ended, because an item could not be sent: {}", reason);
      out.error(lost(reason), () -> {});
      finish(StreamEnd.CANCELLED, null);
    }
  }

  private void finish(StreamEnd end, @Nullable Throwable error) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    watch.stop();
    inbox.remove(line.epoch());
    start.shut();
    out.close();
    if (end != StreamEnd.PRODUCED) {
      production.stop();
    }
    if (in != null) {
      in.fail(new BrokerException(ErrorCode.CANCELLED, "The stream of the caller has ended", null));
    }
    owner.finished(end, error);
    ended.complete(null);
  }

  /** A frame of the caller. Called by the transport's threads. */
  void received(WireMessage frame) {
    watch.heard();
    Signal signal = Signal.parse(frame.header(WireHeaders.SIGNAL));
    if (signal != null && signal.kind() == Signal.Kind.CREDIT) {
      out.credit(signal.items());
    } else if (signal != null && signal.kind() == Signal.Kind.CANCEL) {
      cancel();
    }
    long seq = Signal.number(frame.header(WireHeaders.SEQ));
    if (in != null && seq > 0) {
      received(in, seq, frame);
    }
  }

  private void received(Inbound items, long seq, WireMessage frame) {
    String status = frame.header(WireHeaders.STATUS);
    RuntimeException mistake =
        status == null
            ? items.add(seq, frame)
            : Outbound.END.equals(status) ? items.end(seq) : items.gapBefore(seq);
    if (mistake == null && status != null && !Outbound.END.equals(status)) {
      mistake = errors.read(frame, "the caller");
    }
    if (mistake != null) {
      items.fail(mistake);
    }
  }

  @Override
  public boolean isOver() {
    return over.get();
  }

  @Override
  public void gone() {
    cancel();
  }

  /** Tells the caller where this server is, and that it is. */
  @Override
  public void sign() {
    Address address = inbox.current();
    if (credited && address != null && start.isOpen()) {
      line.sign(address, granted());
    }
  }

  @Override
  public void grant(long items) {
    sign(); // which tells the grant
  }

  @Override
  public void abandoned(String reason) {
    line.cancelItems();
  }
}
