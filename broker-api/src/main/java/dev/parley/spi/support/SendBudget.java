package dev.parley.spi.support;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what waits to be written or confirmed, in messages and in bytes of body. Any thread; both
 * counts are atomic, and may be over their bounds by what other threads take at the same moment.
 */
public final class SendBudget {

  private final String transport;
  private final int maxMessages;
  private final long maxBytes;
  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** With both limits, which are settings of that transport. */
  public SendBudget(String transport, int maxMessages, long maxBytes) {
    this.transport = transport;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Takes room for one message; false when there is none. */
  public boolean take(int size) {
    if (messages.get() >= maxMessages || bytes.get() >= maxBytes) {
      return false;
    }
    messages.incrementAndGet();
    bytes.addAndGet(size);
    return true;
  }

  /** Gives back the room of one message. */
  public void release(int size) {
    messages.decrementAndGet();
    bytes.addAndGet(-size);
  }

  /** How many messages have room now: they were taken and have no outcome. */
  public int messages() {
    return Math.max(0, messages.get());
  }

  /** How full it is, in words. */
  @Override
  public String toString() {
    return messages.get()
        + " messages with "
        + bytes.get()
        + " bytes are waiting (limits "
        + maxMessages
        + " and "
        + maxBytes
        + ", settings "
        + transport
        + ".publish.buffer and "
        + transport
        + ".publish.buffer-bytes)";
  }
}
