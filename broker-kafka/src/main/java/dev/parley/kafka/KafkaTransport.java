package dev.parley.kafka;

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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport for Kafka.
 *
 * <p>One producer and one admin client for everything, and one consumer with a thread of its own
 * for each listening and for the inbox. Any thread calls; the parts guard what they hold.
 */
final class KafkaTransport implements Transport {

  private static final Logger log = LoggerFactory.getLogger(KafkaTransport.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(6);

  private final TransportContext context;
  private final Parts parts;
  private final Presences presences;
  private final Set<Listening> listenings = ConcurrentHashMap.newKeySet();
  private final Set<Inbox> inboxes = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private KafkaTransport(KafkaUrl url, KafkaSettings settings, TransportContext context) {
    this.context = context;
    ClientProperties properties = new ClientProperties(url, context.clientName(), settings);
    OwnedThreads threads = new OwnedThreads(context.threads());
    BrokerClock clock = new BrokerClock();
    Cluster cluster = new Cluster(properties, settings, context, threads, clock);
    Topics topics = new Topics(cluster, settings, context.scheduler());
    Sender sender = new Sender(settings, context.scheduler(), cluster, topics, clock);
    this.presences = new Presences(cluster, topics);
    this.parts =
        new Parts(
            cluster, properties, settings, context.scheduler(), threads, topics, sender, clock);
  }

  /** Checks everything that can be checked without the cluster; connects on first use. */
  static KafkaTransport create(TransportContext context) {
    return new KafkaTransport(
        KafkaUrl.parse(context.url()), KafkaSettings.read(context.settings()), context);
  }

  @Override
  public Set<Capability> capabilities() {
    Set<Capability> capabilities =
        EnumSet.of(
            Capability.SURVIVES_RESTART,
            Capability.REPLY_SURVIVES_RECONNECT,
            Capability.EXACT_DELAY,
            Capability.AGE_KNOWN,
            Capability.GROUP_STARTS_AT_EARLIEST);
    if (parts.settings().share()
        == 0) { // a share group gives up order, and what a cut connection had in hand
      capabilities.add(Capability.DELIVERY_SURVIVES_RECONNECT);
      capabilities.add(Capability.KEY_ORDER_OVER_INSTANCES);
      capabilities.add(Capability.KEY_ORDER_THROUGH_RETRY);
    }
    return capabilities;
  }

  @Override
  public Set<Class<?>> nativeTypes() {
    return Set.of(ConsumerRecord.class);
  }

  @Override
  public Set<Class<?>> nativeOutgoingTypes() {
    return Set.of(ConsumerRecord.class, ProducerRecord.class);
  }

  @Override
  public CompletionStage<Void> connect() {
    return parts.cluster().start();
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
    return presences.of(address);
  }

  @Override
  public CompletionStage<Void> declare(Source source, List<Object> options) {
    return parts
        .topics()
        .ensure(source.name(), KafkaQueueSpec.of(options))
        .thenAccept(topic -> parts.sender().expect(source.name(), topic));
  }

  @Override
  public Listening listen(ListenRequest request, DeliveryListener listener) {
    parts.cluster().start();
    Listening listening = new Listenings(parts).open(request, listener);
    listenings.add(listening);
    return listening;
  }

  @Override
  public Inbox openInbox(InboxListener listener) {
    parts.cluster().start();
    Inbox inbox = new KafkaInbox(parts, listener).start();
    inboxes.add(inbox);
    return inbox;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    listenings.forEach(Listening::close);
    inboxes.forEach(Inbox::close);
    try {
      List<Thread> left = parts.threads().join(CLOSE_LIMIT);
      if (!left.isEmpty()) {
        log.warn("Threads that have not ended: {}", left);
      }
    } catch (InterruptedException e) {
      log.warn("Interrupted while closing; consumers end by themselves");
      Thread.currentThread().interrupt();
    }
    parts.sender().close();
    parts.cluster().close();
  }

  @Override
  public String toString() {
    return "KafkaTransport[" + context.clientName() + "]";
  }
}
