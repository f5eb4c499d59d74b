package dev.parley.engine.stream;

import dev.parley.engine.codec.Encoded;
import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.WireHeaders;
import java.util.HashMap;
import java.util.Map;

/**
 * The way from a server to the caller of one stream: every frame tells the epoch, which is this run
 * of the handler. Immutable but for the sender; any thread may call it.
 */
final class CallerLine implements Line {

  private final FrameSender sender;
  private final Address replyTo;
  private final String epoch;
  private final Runnable unreachable;

  /** {@code unreachable} runs when the broker says that the caller's address is no more. */
  CallerLine(
      StreamParts parts,
      Delivery request,
      Address replyTo,
      long deadlineNanos,
      Runnable unreachable) {
    String correlationId = request.message().correlationId();
    this.sender =
        new FrameSender(parts, correlationId == null ? "" : correlationId, deadlineNanos, request);
    this.replyTo = replyTo;
    this.epoch = parts.ids().next();
    this.unreachable = unreachable;
  }

  String epoch() {
    return epoch;
  }

  /** When a frame was sent the last time, by the broker's clock. */
  long sentNanos() {
    return sender.sentNanos();
  }

  /** The frame that tells where this server hears the caller, not sent yet. */
  Outgoing firstFrame(Address inbox, Signal sign) {
    return sender.message(replyTo, signHeaders(inbox, sign), Encoded.nothing());
  }

  /** Tells the caller where this server is, and that it is. */
  void sign(Address inbox, Signal sign) {
    sender.signal(replyTo, signHeaders(inbox, sign), this::signed);
  }

  private void signed(SendResult result) {
    if (result.status() == SendResult.Status.UNROUTABLE) {
      unreachable.run();
    }
  }

  /** Tells the caller that its items are not wanted any more. */
  void cancelItems() {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.EPOCH, epoch);
    headers.put(WireHeaders.SIGNAL, Signal.CANCEL.toString());
    sender.signal(replyTo, headers, this::signed);
  }

  private Map<String, String> signHeaders(Address inbox, Signal sign) {
    Map<String, String> headers = new HashMap<>();
    headers.put(WireHeaders.EPOCH, epoch);
    headers.put(WireHeaders.INBOX, InboxHeader.write(inbox));
    headers.put(WireHeaders.SIGNAL, sign.toString());
    return headers;
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
}
