package dev.parley.rabbit;

import com.rabbitmq.client.Delivery;
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
import dev.parley.spi.support.OwnedThreads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport for RabbitMQ.
 *
 * <p>Two connections: an alarm at the broker blocks the one that publishes, and the one that
 * consumes, acknowledges and declares goes on. Each has a thread that keeps it; declaring and
 * acknowledging have one each. Any thread calls; the parts guard what they hold.
 */
final class RabbitTransport implements Transport {

  private static final Logger log = LoggerFactory.getLogger(RabbitTransport.class);
  private static final Duration CLOSE_STEP = Duration.ofSeconds(4);
  private static final Duration CLOSE_REST = Duration.ofMillis(1_500);

  private final OwnedThreads threads;
  private final ConnectionKeeper consuming;
  private final ConsumeWork work;
  private final Declarer declarer;
  private final Sender sender;
  private final Settler settler;
  private final ListeningParts parts;
  private final boolean directReplyTo;
  private final AtomicBoolean directReplyTaken = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private RabbitTransport(RabbitUrl url, RabbitSettings settings, TransportContext context) {
    this.threads = new OwnedThreads(context.threads());
    ConnectionKeeper.Factory connections =
        new ConnectionKeeper.Factory(url, settings, context, threads);
    this.work = new ConsumeWork(this::wakeConsuming, this::consumingLost);
    this.consuming = connections.keeper("consume", work);
    this.declarer =
        new Declarer(consuming, settings, context.scheduler(), threads.named("declare"));
    this.sender = new Sender(settings, context.scheduler(), declarer, connections);
    this.settler = new Settler(threads.named("settle"));
    this.parts =
        new ListeningParts(
            context.clientName(),
            settings.quorum(),
            context.scheduler(),
            work,
            new Retry.Factory(context.scheduler(), settings),
            sender,
            settler);
    this.directReplyTo = settings.directReplyTo();
  }

  /** Checks everything that can be checked without the broker; connects on first use. */
  static RabbitTransport create(TransportContext context) {
    return new RabbitTransport(
        RabbitUrl.parse(context.url()), RabbitSettings.read(context.settings()), context);
  }

  private void wakeConsuming() {
    consuming.wake();
  }

  private void consumingLost() {
    sender.forgetAll();
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.SURVIVES_RESTART, Capability.ORDER_WITHOUT_KEY, Capability.REST_GOES_TO_OTHERS);
  }

  @Override
  public Set<Class<?>> nativeTypes() {
    return Set.of(Delivery.class);
  }

  @Override
  public CompletionStage<Void> connect() {
    return consuming.start().thenCombine(sender.connection().start(), (consume, publish) -> null);
  }

  @Override
  public void send(Outgoing message, SendListener listener) {
    sender.send(message, null, listener);
  }

  @Override
  public int unconfirmed() {
    return sender.unconfirmed();
  }

  @Override
  public CompletionStage<Presence> probe(Address address) {
    return declarer.ask("look up " + address, session -> session.topology().presence(address));
  }

  @Override
  public CompletionStage<Void> declare(Source source, List<Object> options) {
    boolean broadcast = source.kind() == Source.Kind.BROADCAST; // its queue comes with its reader
    Source lasting = broadcast ? Source.topic(source.name()) : source;
    return declarer
        .ask(
            "declare " + source,
            session -> session.topology().declare(lasting, RabbitQueueSpec.of(options)))
        .thenAccept(queue -> {});
  }

  @Override
  public Listening listen(ListenRequest request, DeliveryListener listener) {
    settler.start();
    RabbitListening listening = new RabbitListening(request, parts, listener);
    work.add(listening);
    consuming.start();
    return listening;
  }

  @Override
  public Inbox openInbox(InboxListener listener) {
    if (directReplyTo && directReplyTaken.compareAndSet(false, true)) {
      DirectReplies replies = new DirectReplies(listener);
      sender.replies(replies);
      return replies;
    }
    RabbitInbox inbox = new RabbitInbox(work, parts.retries(), listener);
    work.add(inbox);
    consuming.start();
    return inbox;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    sender.close();
    declarer.close();
    settler.close();
    sender.connection().close();
    consuming.close();
    try {
      sender.connection().join(CLOSE_STEP);
      consuming.join(CLOSE_STEP);
      List<Thread> left = threads.join(CLOSE_REST);
      if (!left.isEmpty()) {
        log.warn("Threads that have not ended: {}", left);
      }
    } catch (InterruptedException e) {
      log.warn("Interrupted while closing; connections end by themselves");
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "RabbitTransport[" + parts.clientName() + "]";
  }
}
