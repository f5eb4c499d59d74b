package dev.parley.test;

import dev.parley.memory.MemoryObserver;
import dev.parley.spi.Delivery;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.WireMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what happened in the broker, in order. Any thread may call it; the events and the open
 * deliveries, both bounded, are guarded by this object.
 */
final class Recorder implements MemoryObserver {

  /** More than a test can look at; a load test needs another tool. */
  private static final int MOST = 100_000;

  private final Changes changes;
  private final List<Event> events = new ArrayList<>();
  private final IdentityHashMap<Delivery, Source> open = new IdentityHashMap<>();
  private final Index published = new Index();
  private final Index replies = new Index();
  private final Index deadLetters = new Index();
  private final Map<String, Integer> acknowledged = new HashMap<>();
  private boolean full;

  Recorder(Changes changes) {
    this.changes = changes;
  }

  @Override
  public void sent(Outgoing message, SendResult result) {
    add(new Event.Sent(message, result, sourceOf(message.answers())));
  }

  @Override
  public void delivered(Source source, Delivery delivery) {
    synchronized (this) {
      if (open.size() < MOST) {
        open.put(delivery, source);
      }
    }
    changes.happened();
  }

  @Override
  public void settled(
      Source source, Delivery delivery, Settlement settlement, SettleResult result) {
    if (result.settled() || result.lost()) {
      synchronized (this) {
        open.remove(delivery);
      }
    }
    add(new Event.Settled(source, delivery.message(), delivery.attempt(), settlement, result));
  }

  @Override
  public void expired(Source source, WireMessage message) {
    add(new Event.Expired(source, message));
  }

  void add(Event event) {
    synchronized (this) {
      if (events.size() == MOST) {
        full = true;
      } else {
        events.add(event);
        index(event);
      }
    }
    changes.happened();
  }

  private void index(Event event) {
    if (event instanceof Event.Sent sent && sent.published()) {
      published.add(sent.outgoing().to().name(), sent);
      String died = sent.deadLetterOf();
      if (died != null) {
        deadLetters.add(died, sent);
      }
      if (sent.answeredBy() != null) {
        replies.add(sent.answeredBy().name(), sent);
      }
    } else if (event instanceof Event.Settled settled && settled.acknowledged()) {
      acknowledged.merge(settled.source().name(), 1, Integer::sum);
    }
  }

  private synchronized @Nullable Source sourceOf(@Nullable Delivery request) {
    return request == null ? null : open.get(request);
  }

  /** What happened so far, or the first 100,000 things of it. */
  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** What was sent to that queue, topic or reply address. */
  synchronized List<Event.Sent> published(String name) {
    return published.get(complete(name));
  }

  /** What the handlers of that queue or topic replied. */
  synchronized List<Event.Sent> replies(String name) {
    return replies.get(complete(name));
  }

  /** What became dead letters of that queue or topic. */
  synchronized List<Event.Sent> deadLetters(String name) {
    return deadLetters.get(complete(name));
  }

  /** How many messages of that queue or topic were acknowledged. */
  synchronized int acknowledged(String name) {
    return acknowledged.getOrDefault(complete(name), 0);
  }

  private String complete(String name) {
    if (full) {
      throw new IllegalStateException(
          "More than "
              + MOST
              + " things happened in this test, and the rest was not kept; to send that many, use"
              + " a Broker of memory: without TestBroker");
    }
    return name;
  }

  /** Lists by name; guarded by the recorder. */
  private static final class Index {

    private final Map<String, List<Event.Sent>> lists = new HashMap<>();

    void add(String name, Event.Sent sent) {
      lists.computeIfAbsent(name, key -> new ArrayList<>()).add(sent);
    }

    List<Event.Sent> get(String name) {
      return List.copyOf(lists.getOrDefault(name, List.of()));
    }
  }
}
