package dev.parley.memory;

import dev.parley.spi.Address;
import dev.parley.spi.Presence;
import dev.parley.spi.SendResult;
import dev.parley.spi.Source;
import dev.parley.spi.TransportException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The queues, topics and inboxes that the transports of one name share in this JVM.
 *
 * <p>It lives as long as anybody uses it: transports, and handles of tests. Any thread may call it;
 * what it holds is in concurrent collections, and the number of users is guarded by {@link
 * #SPACES}.
 */
final class Space {

  private static final ConcurrentHashMap<String, Space> SPACES = new ConcurrentHashMap<>();

  private final String name;
  private final SpaceTime time = new SpaceTime();
  private final Observers observers = new Observers();
  private final HeldConfirms confirms = new HeldConfirms();
  private final MemoryFaults faults = new MemoryFaults(this);
  private final ConcurrentHashMap<String, MemoryQueue> queues = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, MemoryTopic> topics = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, MemoryInbox> inboxes = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<MemoryTransport> transports = new CopyOnWriteArrayList<>();
  private int users;

  private Space(String name) {
    this.name = name;
  }

  /** The space of that name, made when nobody uses it; to be left in the end. */
  static Space enter(String name) {
    return SPACES.compute(
        name,
        (key, existing) -> {
          Space space = existing == null ? new Space(key) : existing;
          space.users++;
          return space;
        });
  }

  /** To be called once for each {@link #enter}; the last one takes everything along. */
  void leave() {
    SPACES.computeIfPresent(name, (key, space) -> --space.users == 0 ? space.end() : space);
  }

  private @Nullable Space end() {
    time.clear();
    return null;
  }

  SpaceTime time() {
    return time;
  }

  Observers observers() {
    return observers;
  }

  MemoryFaults faults() {
    return faults;
  }

  HeldConfirms confirms() {
    return confirms;
  }

  void attach(MemoryTransport transport) {
    transports.add(transport);
  }

  void detach(MemoryTransport transport) {
    transports.remove(transport);
  }

  /** Makes the queue, topic or group exist; the limit is of no account where it exists already. */
  void declare(Source source, int limit) {
    switch (source.kind()) {
      case QUEUE -> queue(source, limit);
      case GROUP -> group(source, limit);
      case TOPIC, BROADCAST -> topic(source.name());
    }
  }

  /** The queue that a listening on that source consumes from; for a broadcast a new one. */
  MemoryQueue open(Source source, int limit) {
    return switch (source.kind()) {
      case QUEUE -> queue(source, limit);
      case GROUP -> group(source, limit);
      case BROADCAST -> {
        MemoryQueue queue = new MemoryQueue(source, this, limit);
        topic(source.name()).addBroadcast(queue);
        yield queue;
      }
      case TOPIC -> throw new IllegalArgumentException("a topic has no queue: " + source);
    };
  }

  void endBroadcast(MemoryQueue queue) {
    topic(queue.source().name()).removeBroadcast(queue);
    queue.close();
  }

  private MemoryQueue queue(Source source, int limit) {
    return queues.computeIfAbsent(source.name(), key -> new MemoryQueue(source, this, limit));
  }

  private MemoryQueue group(Source source, int limit) {
    String group = String.valueOf(source.group()); // never null for this kind
    return topic(source.name()).group(group, key -> new MemoryQueue(source, this, limit));
  }

  private MemoryTopic topic(String topic) {
    return topics.computeIfAbsent(topic, key -> new MemoryTopic());
  }

  void addInbox(String address, MemoryInbox inbox) {
    inboxes.put(address, inbox);
  }

  void removeInbox(String address) {
    inboxes.remove(address);
  }

  /** Where a message to that address goes; null when it does not exist. */
  @Nullable Destination find(Address address) {
    return switch (address.kind()) {
      case QUEUE -> queues.get(address.name());
      case TOPIC -> {
        MemoryTopic topic = topics.get(address.name());
        yield topic == null ? null : topic.fanOut();
      }
      case REPLY -> {
        MemoryInbox inbox = inboxes.get(address.name());
        yield inbox == null ? queues.get(address.name()) : inbox;
      }
    };
  }

  Presence probe(Address address) {
    if (address.kind() == Address.Kind.TOPIC) {
      MemoryTopic topic = topics.get(address.name());
      return topic == null ? Presence.ABSENT : presence(topic.queues().stream());
    }
    if (address.kind() == Address.Kind.REPLY && inboxes.containsKey(address.name())) {
      return Presence.LIVE;
    }
    MemoryQueue queue = queues.get(address.name());
    return queue == null ? Presence.ABSENT : presence(Stream.of(queue));
  }

  private static Presence presence(Stream<MemoryQueue> queues) {
    return queues.anyMatch(MemoryQueue::live) ? Presence.LIVE : Presence.DECLARED;
  }

  /** Adds a message whose place is reserved, after the delay. */
  void addLater(Destination to, Stored stored, long delayNanos) {
    if (delayNanos <= 0) {
      to.add(stored);
      return;
    }
    time.schedule(
        delayNanos,
        () -> {
          to.add(stored);
          to.drain();
        });
  }

  /** How many messages are waiting, delayed or unsettled in the queues and groups of that name. */
  int size(String nameOfQueueOrTopic) {
    MemoryQueue queue = queues.get(nameOfQueueOrTopic);
    MemoryTopic topic = topics.get(nameOfQueueOrTopic);
    List<MemoryQueue> groups = topic == null ? List.of() : topic.queues();
    return (queue == null ? 0 : queue.size()) + groups.stream().mapToInt(MemoryQueue::size).sum();
  }

  /** As {@link #size(String)}, for all there are. */
  int size() {
    return allQueues().mapToInt(MemoryQueue::size).sum();
  }

  /** All queues, groups and broadcasts as they are now. */
  List<MemoryBroker.Held> held() {
    return allQueues().map(MemoryQueue::held).toList();
  }

  private Stream<MemoryQueue> allQueues() {
    return Stream.concat(
        queues.values().stream(), topics.values().stream().flatMap(t -> t.queues().stream()));
  }

  /** Confirms nothing until {@link #release()}. */
  void hold() {
    confirms.hold();
    transports.forEach(transport -> transport.connections().block(true));
  }

  /** Confirms again, what was held too. */
  void release() {
    confirms.release();
    transports.forEach(transport -> transport.connections().block(false));
  }

  /** All connections are lost at once, and are back at once. */
  void cut() {
    TransportException reason = new TransportException("the connection was cut on request", null);
    transports.forEach(transport -> transport.connections().cut(reason));
    confirms.lose(owner -> true, SendResult.unknown("the connection was cut", reason));
    allQueues().forEach(queue -> queue.cut(reason));
    transports.forEach(MemoryTransport::cutInboxes);
  }
}
