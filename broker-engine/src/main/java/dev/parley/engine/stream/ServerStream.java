package dev.parley.engine.stream;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import dev.parley.engine.codec.Encoded;
import dev.parley.engine.runtime.HandlerScope;
import dev.parley.engine.wire.ErrorReplies;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendListener;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of replies, from the first frame to the last.
 *
 * <p>The handler's thread, or the threads of its publisher, produce; the caller's signals come on
 * the transport's threads, time on the timer's; whoever ends it first decides how, by {@code over}.
 */
public final class ServerStream implements Line, PublisherProducer.Owner, Inbound.Owner {

  static final String END = "END";

  private static final Logger log = LoggerFactory.getLogger(ServerStream.class);

  /** How a stream ended. */
  public enum End {
    /** All items were sent. */
    PRODUCED,
    /** The producer failed, or an item could not be sent. */
    FAILED,
    /** Nobody takes the items any more. */
    CANCELLED
  }

  /** Hears once how it ended; must not block. */
  @FunctionalInterface
  public interface Owner {

    /** It has ended; {@code error} is why, for {@link End#FAILED}. */
    void finished(End end, @Nullable Throwable error);
  }

  private final StreamParts parts;
  private final ServerInbox inbox;
  private final Address replyTo;
  private final String epoch;
  private final long deadlineNanos;
  private final boolean credited;
  private final FrameSender sender;
  private final Outbound out;
  private final @Nullable Inbound in;
  private final Function<Throwable, ErrorReport> reports;
  private final ErrorReplies errors;
  private final Owner owner;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();
  private final CountDownLatch startLatch = new CountDownLatch(1);
  private final AtomicBoolean over = new AtomicBoolean();
  private final Interruption interruption = new Interruption();
  private volatile @Nullable PublisherProducer producer;
  private volatile Scheduler.@Nullable Task tick;
  private volatile long signNanos;
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
    this.replyTo = replyTo;
    this.epoch = parts.ids().next();
    this.deadlineNanos = deadlineNanos;
    this.reports = reports;
    this.errors = errors;
    this.owner = owner;
    String correlationId = request.message().correlationId();
    this.sender =
        new FrameSender(parts, correlationId == null ? "" : correlationId, deadlineNanos, request);
    Signal signal = Signal.parse(request.message().header(WireHeaders.SIGNAL));
    this.credited = signal != null && signal.kind() == Signal.Kind.CREDIT;
    this.out =
        new Outbound(parts, this, credited && signal != null ? signal.items() : Long.MAX_VALUE);
    this.in = takesItems ? new Inbound(parts, "the caller", parts.credit(), this) : null;
  }

  String epoch() {
    return epoch;
  }

  /** The caller's items; null where the handler takes none. */
  @Nullable Inbound items() {
    return in;
  }

  /** Whether the caller takes part: it grants, and hears signs. A foreign caller need not. */
  public boolean isCredited() {
    return credited;
  }

  /** The frame that is to be confirmed before the request is settled. */
  Outgoing firstFrame(Address inboxAddress) {
    return sender.message(replyTo, signHeaders(inboxAddress), Encoded.nothing());
  }

  private Map<String, String> signHeaders(Address inboxAddress) {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.EPOCH, epoch);
    headers.put(WireHeaders.INBOX, InboxHeader.write(inboxAddress));
    Signal sign = in == null ? Signal.PING : Signal.credit(in.granted());
    headers.put(WireHeaders.SIGNAL, sign.toString());
    return headers;
  }

  /** The caller has the first frame: items may follow. */
  public void start() {
    if (over.get()) {
      return;
    }
    signNanos = parts.timer().nanoTime();
    schedule();
    started.complete(true);
    startLatch.countDown();
  }

  /** Whether it was started; waits for it, or for its end. */
  public boolean awaitStart() throws InterruptedException {
    while (!over.get()) {
      if (startLatch.await(1, TimeUnit.SECONDS)) { // the settling decides; no wait without a limit
        return true;
      }
    }
    return false;
  }

  /**
   * Sends the items of an iterator or a stream, on this thread, or those of a publisher, on its own
   * threads.
   *
   * @param whenEnded runs once, when the producer is done with
   */
  public void produce(Object items, Runnable whenEnded) {
    if (items instanceof Flow.Publisher<?> publisher) {
      producePublisher(publisher, whenEnded);
      return;
    }
    interruption.begin();
    try {
      if (awaitStart()) {
        sendAll(items instanceof BaseStream<?, ?> stream ? stream.iterator() : (Iterator<?>) items);
        produced();
      }
    } catch (CancellationException e) {
      stopped(); // it was closed under the producer
    } catch (Throwable e) { // an Error in a producer is a failure like any other
      failed(e);
    } finally {
      interruption.end();
      discard(items);
      whenEnded.run();
    }
  }

  private void sendAll(Iterator<?> items) throws InterruptedException {
    while (true) {
      out.awaitRoom();
      if (!items.hasNext()) {
        return;
      }
      out.item(items.next());
    }
  }

  private void producePublisher(Flow.Publisher<?> publisher, Runnable whenEnded) {
    PublisherProducer created = new PublisherProducer(out, parts.threads()::callBack, this);
    producer = created;
    HandlerScope scope = HandlerScope.current();
    ended
        .thenRun(whenEnded)
        .exceptionally(
            error -> {
              log.error("What follows a stream failed", error);
              return null;
            });
    var unused =
        started.thenRun(
            () ->
                parts
                    .threads()
                    .callBack(() -> HandlerScope.run(scope, () -> begin(created, publisher))));
  }

  private void begin(PublisherProducer created, Flow.Publisher<?> publisher) {
    if (over.get()) {
      return;
    }
    try {
      created.subscribeTo(publisher);
    } catch (RuntimeException e) {
      failed(e);
    }
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

  /** Ends what nobody will read. */
  static void discard(Object items) {
    if (items instanceof BaseStream<?, ?> stream) {
      try {
        stream.close();
      } catch (RuntimeException e) {
        log.warn("Closing the stream that a handler returned failed", e);
      }
    }
  }

  @Override
  public void produced() {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.STATUS, END);
    if (!shuttingDown) {
      out.end(headers, () -> finish(End.PRODUCED, null));
    }
  }

  @Override
  public void failed(Throwable error) {
    if (!shuttingDown) {
      out.error(reports.apply(error), () -> finish(End.FAILED, error));
    }
  }

  /** Nobody takes the items any more: the producer is stopped. Idempotent. */
  public void cancel() {
    out.close();
    finish(End.CANCELLED, null);
  }

  /**
   * This server goes: the producer is stopped, and the stream is over when the caller has been
   * told. Idempotent.
   */
  public void shutDown() {
    shuttingDown = true;
    out.error(
        lost("the server " + parts.server() + " is being closed"),
        () -> finish(End.CANCELLED, null));
    interruption.interrupt();
  }

  private static ErrorReport lost(String reason) {
    return ErrorReport.of(
        ErrorCode.CONNECTION_LOST, "", "The stream was ended: " + reason, List.of());
  }

  /** The producer has found that nobody takes its items. */
  private void stopped() {
    if (!shuttingDown) { // else whoever shuts down waits until the caller has been told
      finish(End.CANCELLED, null);
    }
  }

  private void finish(End end, @Nullable Throwable error) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    Scheduler.Task task = tick;
    if (task != null) {
      task.cancel();
    }
    inbox.remove(epoch);
    out.close();
    PublisherProducer stopped = producer;
    if (stopped != null) {
      stopped.cancel();
    }
    if (end == End.CANCELLED) {
      interruption.interrupt();
    }
    if (in != null) {
      in.fail(new BrokerException(ErrorCode.CANCELLED, "The stream of the caller has ended", null));
    }
    owner.finished(end, error);
    ended.complete(null);
  }

  /** A frame of the caller. Called by the transport's threads. */
  void received(WireMessage frame) {
    signNanos = parts.timer().nanoTime();
    Signal signal = Signal.parse(frame.header(WireHeaders.SIGNAL));
    if (signal != null && signal.kind() == Signal.Kind.CREDIT) {
      out.credit(signal.items());
    } else if (signal != null && signal.kind() == Signal.Kind.CANCEL) {
      cancel();
    }
    long seq = Signal.number(frame.header(WireHeaders.SEQ));
    if (in != null && seq > 0) {
      receivedItem(in, seq, frame);
    }
  }

  private void receivedItem(Inbound items, long seq, WireMessage frame) {
    String status = frame.header(WireHeaders.STATUS);
    RuntimeException mistake =
        END.equals(status)
            ? items.end(seq)
            : status != null ? errors.read(frame, "the caller") : items.add(seq, frame);
    if (mistake != null) {
      items.fail(mistake);
    }
  }

  private void schedule() {
    long left = deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - now();
    Duration next = parts.tick();
    tick = parts.timer().scheduleNanos(Math.max(0, Math.min(left, next.toNanos())), this::look);
  }

  /** Called by the timer. */
  private void look() {
    if (over.get()) {
      return;
    }
    boolean late = deadlineNanos != Long.MAX_VALUE && deadlineNanos - now() <= 0;
    boolean gone = credited && now() - signNanos >= parts.silence().toNanos();
    if (late || gone) {
      cancel(); // a deadline is kept on both sides, and never told
      return;
    }
    if (now() - sender.sentNanos() >= parts.heartbeat().toNanos()) {
      heartbeat();
    }
    schedule();
  }

  /** Tells the caller where this server is, and that it is. */
  void heartbeat() {
    Address address = inbox.current();
    if (credited && address != null && started.isDone()) {
      sender.signal(replyTo, signHeaders(address));
    }
  }

  @Override
  public void grant(long items) {
    heartbeat(); // which tells the grant
  }

  @Override
  public void abandoned(String reason) {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.EPOCH, epoch);
    headers.put(WireHeaders.SIGNAL, Signal.CANCEL.toString());
    sender.signal(replyTo, headers);
  }

  @Override
  public void put(Map<String, String> headers, Encoded body, SendListener listener) {
    headers.put(WireHeaders.EPOCH, epoch);
    sender.put(replyTo, headers, body, listener);
  }

  @Override
  public void flush() {
    sender.flush();
  }

  @Override
  public void broken(String reason) {
    if (!over.get()) {
      out.error(lost(reason), () -> {});
      finish(End.CANCELLED, null);
    }
  }

  private long now() {
    return parts.timer().nanoTime();
  }
}
