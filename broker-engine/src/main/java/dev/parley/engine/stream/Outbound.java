package dev.parley.engine.stream;

import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.ReplyUnreadableException;
import dev.parley.engine.codec.Encoded;
import dev.parley.engine.wire.ErrorReport;
import dev.parley.engine.wire.HeaderRules;
import dev.parley.engine.wire.ProblemDocument;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The items of a stream on their way out: numbered, in order, no more than were granted, and at
 * most {@value #WINDOW} of them unconfirmed.
 *
 * <p>One producer puts items in; grants and confirmations come on the transport's threads; anybody
 * may end it. Guarded by its lock, which is not held while anything is called.
 */
final class Outbound {

  /** Hears that the stream has a hole. */
  @FunctionalInterface
  interface Owner {

    /** An item could not be sent. Called by any thread; must not block. */
    void broken(String reason);
  }

  /** The status of the last frame of a stream that went well. */
  static final String END = "END";

  /** How many items may be sent and not confirmed. */
  static final int WINDOW = 128;

  /** A producer that has to wait goes on when there is room for so many, or nothing is to come. */
  private static final int BATCH = 32;

  private final StreamParts parts;
  private final Line line;
  private final Owner owner;
  private final SendListener itemSent = this::itemSent;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private long credit; // guarded by lock, as all below
  private long promised; // asked of a publisher, sent or not
  private long sent;
  private long confirmed;
  private boolean closed;
  private Runnable listener = () -> {};

  Outbound(StreamParts parts, Line line, long credit, Owner owner) {
    this.parts = parts;
    this.line = line;
    this.credit = credit;
    this.owner = owner;
  }

  /** Who is told when there is room enough, or none is needed any more. */
  void listener(Runnable newListener) {
    lock.lock();
    try {
      listener = newListener;
    } finally {
      lock.unlock();
    }
  }

  /** The other side takes that many items in all. */
  void credit(long items) {
    update(() -> credit = Math.max(credit, items));
  }

  private void update(Runnable change) {
    Runnable told = null;
    lock.lock();
    try {
      change.run();
      if (closed || isWorthwhile()) {
        room.signalAll();
        told = listener;
      }
    } finally {
      lock.unlock();
    }
    if (told != null) {
      told.run();
    }
  }

  private long limit() {
    return Math.min(credit, confirmed + WINDOW);
  }

  /** Whether to go on now: waking a producer for each item would cost more than the item. */
  private boolean isWorthwhile() {
    long used = Math.max(promised, sent);
    return limit() - used >= BATCH || (limit() > used && confirmed == used);
  }

  /** How many items more a publisher may be asked for, which it is then; zero for not now. */
  long promise() {
    lock.lock();
    try {
      if (closed || !isWorthwhile()) {
        return 0;
      }
      long more = limit() - promised;
      promised += more;
      return more;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for room; throws {@link CancellationException} when it was closed. */
  void awaitRoom() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && sent >= limit()) {
        room.await(1, TimeUnit.SECONDS); // the timer ends a stream whose reader is gone
      }
      checkOpen();
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new CancellationException("nobody takes the items of this stream any more");
    }
  }

  /**
   * Sends an item; throws {@link ReplyUnreadableException} when it cannot be written, {@link
   * IllegalStateException} when nobody asked for it, and {@link CancellationException} when it was
   * closed.
   */
  void item(@Nullable Object item) {
    Map<String, String> headers = new HashMap<>();
    Encoded encoded;
    try {
      encoded = encode(item, headers);
    } catch (RuntimeException | Error e) { // an item nested without end is a StackOverflowError
      throw new ReplyUnreadableException(
          "An item of the stream cannot be written: " + e.getMessage(), e);
    }
    lock.lock();
    try {
      checkOpen();
      if (sent >= credit) {
        throw new IllegalStateException(
            "The publisher gave more than the " + promised + " items that were requested of it");
      }
      sent++;
      headers.put(WireHeaders.SEQ, Long.toString(sent));
      line.put(headers, encoded, itemSent);
    } finally {
      lock.unlock();
    }
    line.flush();
  }

  private Encoded encode(@Nullable Object item, Map<String, String> headers) {
    Object body = item;
    if (item instanceof Message<?> message) {
      headers.putAll(HeaderRules.of(message, "the other side of a stream"));
      body = message.body();
    }
    Encoded encoded = parts.codecs().encode(body, null);
    if (encoded.body().length > parts.maxBytes()) {
      throw new IllegalArgumentException(
          "it has "
              + encoded.body().length
              + " bytes, the setting message.max-bytes allows "
              + parts.maxBytes());
    }
    return encoded;
  }

  private void itemSent(SendResult result) {
    if (result.confirmed()) {
      parts.counters().add(Counter.ITEMS_SENT);
      update(() -> confirmed++);
    } else {
      owner.broken(result.reason());
    }
  }

  /** Sends the end; {@code done} runs when it is confirmed, or cannot be. */
  void end(Runnable done) {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.STATUS, END);
    last(headers, Encoded.nothing(), done);
  }

  /** Sends an error as the end. */
  void error(ErrorReport report, Runnable done) {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.STATUS, report.code().name());
    last(headers, new Encoded(ProblemDocument.write(report), ProblemDocument.CONTENT_TYPE), done);
  }

  private void last(Map<String, String> headers, Encoded body, Runnable done) {
    boolean first;
    lock.lock();
    try {
      first = !closed;
      if (first) {
        closed = true;
        headers.put(WireHeaders.SEQ, Long.toString(sent + 1));
        line.put(headers, body, result -> done.run());
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
    if (first) {
      line.flush();
    } else {
      done.run();
    }
  }

  /** Sends nothing more. Idempotent. */
  void close() {
    update(() -> closed = true);
  }
}
