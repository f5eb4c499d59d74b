package dev.parley.engine.stream;

import dev.parley.spi.Address;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.Transport;
import dev.parley.spi.WireHeaders;
import dev.parley.spi.WireMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The one private address at which a server hears the callers of its streams, opened with the first
 * stream.
 *
 * <p>The transport's threads write the address, any thread reads it; opening and closing are
 * guarded by this object's monitor. The streams are bounded by the handlers' concurrency.
 */
final class ServerInbox implements InboxListener {

  private final Transport transport;
  private final ConcurrentHashMap<String, ServerStream> streams = new ConcurrentHashMap<>();
  private volatile CompletableFuture<Address> address = new CompletableFuture<>();
  private @Nullable Inbox inbox; // guarded by this
  private boolean opened; // guarded by this
  private boolean closed; // guarded by this

  ServerInbox(Transport transport) {
    this.transport = transport;
  }

  /** The address, once there is one. */
  CompletableFuture<Address> address() {
    synchronized (this) {
      if (!opened && !closed) {
        opened = true; // before it opens: ready may be called at once
        open();
      }
    }
    return address;
  }

  private void open() {
    try {
      inbox = transport.openInbox(this);
    } catch (RuntimeException e) {
      opened = false; // for the next stream to try
      throw e;
    }
  }

  /** The address of this moment; null while there is none. */
  @Nullable Address current() {
    return address.getNow(null);
  }

  int streams() {
    return streams.size();
  }

  void add(String epoch, ServerStream stream) {
    streams.put(epoch, stream);
  }

  void remove(String epoch) {
    streams.remove(epoch);
  }

  @Override
  public void ready(Address newAddress) {
    if (!address.complete(newAddress)) {
      address = CompletableFuture.completedFuture(newAddress);
    }
    streams.values().forEach(ServerStream::sign); // which tells the new address
  }

  @Override
  public void gone(String reason) {
    if (address.isDone()) { // else those who wait for the next one still do
      address = new CompletableFuture<>(); // grants are totals: what was lost is told again
    }
  }

  @Override
  public void received(WireMessage message) {
    String epoch = message.header(WireHeaders.EPOCH);
    ServerStream stream = epoch == null ? null : streams.get(epoch);
    if (stream != null) { // else it has ended
      stream.received(message);
    }
  }

  synchronized void close() {
    closed = true;
    if (inbox != null) {
      inbox.close();
    }
  }
}
