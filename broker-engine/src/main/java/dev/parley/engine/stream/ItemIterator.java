package dev.parley.engine.stream;

import dev.parley.BrokerException;
import dev.parley.ErrorCode;
import dev.parley.spi.WireMessage;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The items of a stream for a thread that may wait for them. Used by one thread at a time; only
 * {@link #close()} may come from another.
 */
final class ItemIterator<T> implements Iterator<T>, AutoCloseable {

  private final Inbound inbound;
  private final ItemReader<T> reader;
  private final String from;
  private @Nullable WireMessage next;

  ItemIterator(Inbound inbound, ItemReader<T> reader, String from) {
    this.inbound = inbound;
    this.reader = reader;
    this.from = from;
  }

  /** The same as a stream, whose closing ends the call. */
  Stream<T> stream() {
    Spliterator<T> items = Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED);
    return StreamSupport.stream(items, false).onClose(this::close);
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      next = inbound.poll();
      if (next == null) {
        if (inbound.isDrained()) {
          return ended();
        }
        await();
      }
    }
    return true;
  }

  private boolean ended() {
    next = inbound.poll(); // may have come between the two looks
    if (next != null) {
      return true;
    }
    RuntimeException error = inbound.error();
    if (error != null) {
      throw error;
    }
    return false;
  }

  private void await() {
    try {
      inbound.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      String reason = "The thread was interrupted while it waited for the next item from " + from;
      inbound.abandon(reason);
      throw new BrokerException(ErrorCode.CANCELLED, reason, e);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // an item that is JSON null is null: T allows what the sender sent
  public T next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("The stream from " + from + " has ended");
    }
    WireMessage frame = next;
    next = null;
    try {
      return reader.read(frame);
    } catch (RuntimeException e) {
      inbound.abandon("An item from " + from + " cannot be read");
      throw e;
    }
  }

  @Override
  public void close() {
    inbound.abandon("The stream from " + from + " was closed");
  }
}
