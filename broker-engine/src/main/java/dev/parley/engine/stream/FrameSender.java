package dev.parley.engine.stream;

import dev.parley.engine.codec.Encoded;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the frames of one stream in the order in which they were put in, by whichever thread comes
 * first: nothing is locked while the transport is called, so two streams of one connection cannot
 * block each other. A thread that others keep busy is relieved after {@value #MOST_AT_ONCE} frames:
 * it may be the timer's.
 *
 * <p>What waits here is bounded by the credit, and by one signal for each grant and heartbeat.
 */
final class FrameSender {

  private static final Encoded EMPTY = Encoded.nothing();
  private static final int MOST_AT_ONCE = 256;

  private final StreamParts parts;
  private final String correlationId;
  private final long deadlineNanos;
  private final @Nullable Delivery request;
  private final ConcurrentLinkedQueue<Frame> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger work = new AtomicInteger();
  private volatile long sentNanos;

  private record Frame(Outgoing message, SendListener listener) {}

  FrameSender(
      StreamParts parts, String correlationId, long deadlineNanos, @Nullable Delivery request) {
    this.parts = parts;
    this.correlationId = correlationId;
    this.deadlineNanos = deadlineNanos;
    this.request = request;
    this.sentNanos = parts.timer().nanoTime();
  }

  /** When a frame was sent the last time, by the broker's clock. */
  long sentNanos() {
    return sentNanos;
  }

  /** Sends a signal, which has no body and no number. */
  void signal(Address to, Map<String, String> headers, SendListener listener) {
    put(to, headers, EMPTY, listener);
    flush();
  }

  /** Puts a frame in; {@link #flush()} is to follow, without a lock. */
  void put(Address to, Map<String, String> headers, Encoded body, SendListener listener) {
    waiting.add(new Frame(message(to, headers, body), listener));
  }

  /** Sends what was put in, unless another thread is at it, which sends it then. */
  void flush() {
    if (work.getAndIncrement() == 0) {
      sendWaiting();
    }
  }

  /** Called by the one thread whose work it is. */
  private void sendWaiting() {
    int sent = 0;
    do {
      for (Frame frame = waiting.poll(); frame != null; frame = waiting.poll()) {
        send(frame);
        if (++sent >= MOST_AT_ONCE && !waiting.isEmpty()) {
          parts.threads().callBack(this::sendWaiting);
          return;
        }
      }
    } while (work.decrementAndGet() > 0);
  }

  private void send(Frame frame) {
    sentNanos = parts.timer().nanoTime();
    try {
      parts.transport().send(frame.message(), frame.listener());
    } catch (RuntimeException e) { // a hole in the stream is its end, and not that of the thread
      frame.listener().completed(SendResult.refused("the transport failed: " + e, e));
    }
  }

  /** A frame as the transport sends it. */
  Outgoing message(Address to, Map<String, String> headers, Encoded body) {
    long now = parts.timer().nanoTime();
    headers.put(WireHeaders.SERVER, parts.server());
    WireMessage wire =
        new WireMessage(
            body.body(), body.contentType(), parts.ids().next(), correlationId, null, headers);
    Duration timeToLive =
        deadlineNanos == Long.MAX_VALUE
            ? null
            : Duration.ofNanos(Math.max(1_000_000, deadlineNanos - now));
    return new Outgoing(
        to,
        wire,
        now + parts.publishTimeout().toNanos(),
        false,
        null,
        timeToLive,
        Duration.ZERO,
        List.of(),
        null,
        request);
  }
}
