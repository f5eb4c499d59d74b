package dev.parley.redis;

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
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.TransportException;
import dev.parley.spi.support.OwnedThreads;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport for Redis.
 *
 * <p>One connection publishes, one does everything else that does not block, and each listening and
 * each inbox has one for its blocking read. No thread waits for any of them: two of Lettuce's serve
 * all. Any thread calls; the parts guard what they hold.
 */
final class RedisTransport implements Transport {

  private static final Logger log = LoggerFactory.getLogger(RedisTransport.class);
  private static final Duration LEAVE = Duration.ofSeconds(2);

  private final Parts parts;
  private final Probing probing;
  private final OwnedThreads threads;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RedisTransport(Parts parts, OwnedThreads threads) {
    this.parts = parts;
    this.threads = threads;
    this.probing = new Probing(parts);
  }

  /** Checks everything that can be checked without the broker; connects on first use. */
  static RedisTransport create(TransportContext context) {
    RedisSettings settings = RedisSettings.read(context.settings());
    RedisUrl url = RedisUrl.parse(context.url(), context.clientName(), settings.connectTimeout());
    OwnedThreads threads = new OwnedThreads(context.threads());
    ClientThreads client = new ClientThreads(threads);
    Links links =
        url.cluster()
            ? new ClusterLinks(url.uris(), client, settings.connectTimeout(), context.scheduler())
            : new SingleLinks(url.uris().get(0), client, settings.connectTimeout());
    CommandLink commands =
        new CommandLink(links, settings, context.scheduler(), context.listener());
    Sender sender = new Sender(links, settings, context.scheduler(), context.listener());
    return new RedisTransport(
        new Parts(
            context.clientName(),
            links,
            settings,
            context.scheduler(),
            commands,
            sender,
            ConcurrentHashMap.newKeySet(),
            ConcurrentHashMap.newKeySet(),
            ConcurrentHashMap.newKeySet()),
        threads);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.SURVIVES_RESTART,
        Capability.REPLY_SURVIVES_RECONNECT,
        Capability.DELIVERY_SURVIVES_RECONNECT,
        Capability.EXACT_DELAY,
        Capability.AGE_KNOWN,
        Capability.GROUP_STARTS_AT_EARLIEST,
        Capability.ORDER_WITHOUT_KEY,
        Capability.REST_GOES_TO_OTHERS);
  }

  @Override
  public Set<Class<?>> nativeTypes() {
    return Set.of(StreamMessage.class);
  }

  @Override
  public CompletionStage<Void> connect() {
    return parts.commands().start().thenCombine(parts.sender().start(), (one, other) -> null);
  }

  @Override
  public void send(Outgoing message, SendListener listener) {
    parts.sender().send(message, listener);
  }

  @Override
  public int unconfirmed() {
    return parts.sender().unconfirmed();
  }

  @Override
  public CompletionStage<Presence> probe(Address address) {
    return probing
        .presence(address.name())
        .exceptionallyCompose(error -> failed("look up " + address, error));
  }

  @Override
  public CompletionStage<Void> declare(Source source, List<Object> options) {
    if (Keys.isChannel(source.name())) {
      return CompletableFuture.completedStage(null); // a channel is there when somebody listens
    }
    String group =
        switch (source.kind()) {
          case QUEUE -> source.name();
          case GROUP -> Objects.requireNonNull(source.group());
          case TOPIC, BROADCAST -> "";
        };
    return parts
        .commands()
        .script(Script.DECLARE, source.name(), group)
        .<Void>thenApply(answer -> null)
        .exceptionallyCompose(error -> failed("declare " + source, error));
  }

  private static <T> CompletionStage<T> failed(String what, Throwable error) {
    return CompletableFuture.failedStage(
        new TransportException(
            "cannot " + what + ": " + RedisErrors.describe(error), RedisErrors.unwrap(error)));
  }

  @Override
  public Listening listen(ListenRequest request, DeliveryListener listener) {
    requireOpen("listen to " + request.source());
    parts.commands().start();
    Listening listening;
    if (Keys.isChannel(request.source().name())) {
      ChannelListening channel = new ChannelListening(request, parts, listener);
      listening = channel;
      channel.start();
    } else if (request.source().kind() == Source.Kind.BROADCAST) {
      BroadcastListening broadcast = new BroadcastListening(request, parts, listener);
      listening = broadcast;
      broadcast.start();
    } else {
      GroupListening group = new GroupListening(request, parts, listener);
      listening = group;
      group.start();
    }
    parts.listenings().add(listening);
    return listening;
  }

  @Override
  public Inbox openInbox(InboxListener listener) {
    requireOpen("open a reply address");
    parts.commands().start();
    RedisInbox inbox = new RedisInbox(parts, listener);
    parts.inboxes().add(inbox);
    inbox.start();
    return inbox;
  }

  private void requireOpen(String what) {
    if (closed.get()) {
      throw new IllegalStateException("cannot " + what + ": closed");
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    parts.listenings().forEach(Listening::close);
    parts.inboxes().forEach(Inbox::close);
    awaitLeaving();
    parts.leaves(parts.sender().close());
    parts.leaves(parts.commands().close());
    awaitLeaving();
    parts.links().close();
    try {
      List<Thread> left = threads.join(LEAVE);
      if (!left.isEmpty()) {
        log.warn("Threads that have not ended: {}", left);
      }
    } catch (InterruptedException e) {
      log.warn("Interrupted while closing; threads end by themselves");
      Thread.currentThread().interrupt();
    }
  }

  /** Consumers hand back what they have, as long as the connection is there. */
  private void awaitLeaving() {
    CompletableFuture<?>[] leaving =
        parts.leaving().stream()
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(leaving).get(LEAVE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("Not everything was handed back; it is claimed by others later", e);
    }
  }

  @Override
  public String toString() {
    return "RedisTransport[" + parts.clientName() + "]";
  }
}
