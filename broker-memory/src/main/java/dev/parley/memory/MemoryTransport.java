package dev.parley.memory;

import dev.parley.spi.Address;
import dev.parley.spi.Capability;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Presence;
import dev.parley.spi.SendListener;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportException;
import dev.parley.spi.WireMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One client of a {@link Space}. Any thread may call it; {@code closed} and additions to the sets
 * are guarded by this object, so that nothing is opened behind the back of {@link #close()}.
 */
final class MemoryTransport implements Transport {

  private final Space space;
  private final TransportContext context;
  private final int queueLimit;
  private final Connections connections;
  private final MemorySender sender;
  private final Set<MemoryListening> listenings = ConcurrentHashMap.newKeySet();
  private final Set<MemoryInbox> inboxes = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private MemoryTransport(Space space, TransportContext context) {
    this.space = space;
    this.context = context;
    this.queueLimit = context.settings().get(MemoryTransportProvider.QUEUE_LIMIT);
    this.connections = new Connections(context.listener(), space.time());
    this.sender = new MemorySender(space, context.scheduler(), this);
  }

  /** A transport on the space of that name. */
  static MemoryTransport enter(String name, TransportContext context) {
    Space space = Space.enter(name);
    MemoryTransport transport = new MemoryTransport(space, context);
    space.time().attach(context.scheduler());
    space.attach(transport);
    return transport;
  }

  Connections connections() {
    return connections;
  }

  Observers observers() {
    return space.observers();
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.EXACT_DELAY,
        Capability.AGE_KNOWN,
        Capability.ORDER_WITHOUT_KEY,
        Capability.REST_GOES_TO_OTHERS);
  }

  @Override
  public Set<Class<?>> nativeTypes() {
    return Set.of(WireMessage.class);
  }

  @Override
  public CompletionStage<Void> connect() {
    if (closed) {
      return CompletableFuture.failedStage(closedException());
    }
    connections.use(Connections.Kind.PUBLISH);
    connections.use(Connections.Kind.CONSUME);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void send(Outgoing message, SendListener listener) {
    if (closed) {
      listener.completed(SendResult.refused("the in-memory transport is closed", null));
      return;
    }
    connections.use(Connections.Kind.PUBLISH);
    sender.send(message, listener);
  }

  @Override
  public CompletionStage<Presence> probe(Address address) {
    return closed
        ? CompletableFuture.failedStage(closedException())
        : CompletableFuture.completedStage(space.probe(address));
  }

  @Override
  public CompletionStage<Void> declare(Source source, List<Object> options) {
    if (closed) {
      return CompletableFuture.failedStage(closedException());
    }
    space.declare(source, queueLimit);
    return CompletableFuture.completedStage(null);
  }

  /** Makes the queue for what finally failed there exist. */
  void declareDeadLetters(Source source) {
    space.declare(Source.queue(source.name() + ".dead"), queueLimit);
  }

  @Override
  public Listening listen(ListenRequest request, DeliveryListener listener) {
    MemoryListening listening;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("cannot listen to " + request.source() + ": closed");
      }
      MemoryQueue queue = space.open(request.source(), queueLimit);
      listening =
          new MemoryListening(
              this, space, queue, request.prefetch(), listener, context.scheduler());
      listenings.add(listening);
    }
    connections.use(Connections.Kind.CONSUME);
    listening.queue().attach(listening);
    return listening;
  }

  @Override
  public Inbox openInbox(InboxListener listener) {
    MemoryInbox inbox = new MemoryInbox(this, space, listener, queueLimit);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("cannot open a reply address: closed");
      }
      inboxes.add(inbox);
    }
    connections.use(Connections.Kind.CONSUME);
    inbox.open();
    return inbox;
  }

  void endBroadcast(MemoryQueue queue) {
    space.endBroadcast(queue);
  }

  void forget(MemoryListening listening) {
    listenings.remove(listening);
  }

  void forget(MemoryInbox inbox) {
    inboxes.remove(inbox);
  }

  void cutInboxes() {
    inboxes.forEach(inbox -> inbox.cut("the connection was cut on request"));
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    listenings.forEach(MemoryListening::stop); // all first, so that none gets what another had
    listenings.forEach(MemoryListening::close);
    inboxes.forEach(MemoryInbox::close);
    space
        .confirms()
        .lose(
            owner -> owner == this,
            SendResult.unknown("the transport was closed before it was confirmed", null));
    connections.close();
    space.detach(this);
    space.time().detach(context.scheduler()); // what is due passes to another's timer
    space.leave();
  }

  private static TransportException closedException() {
    return new TransportException("the in-memory transport is closed", null);
  }
}
