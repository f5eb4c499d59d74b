package dev.parley.memory;

import dev.parley.spi.Address;
import dev.parley.spi.Delivery;
import dev.parley.spi.DeliveryListener;
import dev.parley.spi.Inbox;
import dev.parley.spi.InboxListener;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Listening;
import dev.parley.spi.Outgoing;
import dev.parley.spi.Scheduler;
import dev.parley.spi.SendResult;
import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.SettleResult;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A transport under test, and all it has told. */
final class TestClient implements AutoCloseable {

  static final Duration HANDLER_LIMIT = Duration.ofMinutes(15);

  final Scheduler scheduler;
  final Transport transport;
  final List<String> connections = Collections.synchronizedList(new ArrayList<>());

  private TestClient(String url, Scheduler scheduler, int queueLimit) {
    this.scheduler = scheduler;
    this.transport =
        new MemoryTransportProvider()
            .create(
                new TransportContext(
                    url,
                    limit(queueLimit),
                    "test",
                    scheduler,
                    Thread::new,
                    (connection, state, error) -> connections.add(connection + " " + state)));
  }

  static TestClient on(String url, Scheduler scheduler) {
    return new TestClient(url, scheduler, MemoryTransportProvider.QUEUE_LIMIT.defaultValue());
  }

  static TestClient on(String url, Scheduler scheduler, int queueLimit) {
    return new TestClient(url, scheduler, queueLimit);
  }

  private static Settings limit(int queueLimit) {
    return new Settings() {
      @Override
      public <T> T get(Setting<T> setting) {
        return setting.parse(String.valueOf(queueLimit));
      }
    };
  }

  static WireMessage message(String body) {
    return new WireMessage(
        body.getBytes(StandardCharsets.UTF_8), "text/plain", "id-" + body, null, null, Map.of());
  }

  static String body(WireMessage message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  Outgoing outgoing(Address to, String body) {
    return outgoing(to, body, null, Duration.ZERO);
  }

  Outgoing outgoing(Address to, String body, Duration timeToLive, Duration delay) {
    long deadline = scheduler.nanoTime() + Duration.ofSeconds(30).toNanos();
    return new Outgoing(
        to, message(body), deadline, true, null, timeToLive, delay, List.of(), null, null);
  }

  SendResult send(Address to, String body) {
    return send(outgoing(to, body));
  }

  /** The result; null when there is none yet. */
  SendResult send(Outgoing message) {
    List<SendResult> results = sending(message);
    return results.isEmpty() ? null : results.get(0);
  }

  List<SendResult> sending(Outgoing message) {
    List<SendResult> results = Collections.synchronizedList(new ArrayList<>());
    transport.send(message, results::add);
    return results;
  }

  void declare(Source source) {
    transport.declare(source, List.of()).toCompletableFuture().join();
  }

  Handler listen(Source source, int prefetch) {
    Handler handler = new Handler();
    handler.listening =
        transport.listen(new ListenRequest(source, prefetch, HANDLER_LIMIT, List.of()), handler);
    return handler;
  }

  Mailbox openInbox() {
    Mailbox mailbox = new Mailbox();
    mailbox.inbox = transport.openInbox(mailbox);
    return mailbox;
  }

  static SettleResult settle(Delivery delivery, Settlement settlement, Outgoing... outputs) {
    List<SettleResult> results = new ArrayList<>();
    delivery.settle(settlement, List.of(outputs), results::add);
    return results.isEmpty() ? null : results.get(0);
  }

  @Override
  public void close() {
    transport.close();
  }

  /** What came to a listening. */
  static final class Handler implements DeliveryListener {

    final List<Delivery> deliveries = new ArrayList<>();
    final List<State> states = new ArrayList<>();
    Listening listening;

    @Override
    public void delivered(Delivery delivery) {
      deliveries.add(delivery);
    }

    @Override
    public void changed(State state, Throwable error) {
      states.add(state);
    }

    List<String> bodies() {
      return deliveries.stream().map(each -> body(each.message())).toList();
    }

    Delivery last() {
      return deliveries.get(deliveries.size() - 1);
    }
  }

  /** What came to an inbox. */
  static final class Mailbox implements InboxListener {

    final List<Address> addresses = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<String> bodies = new ArrayList<>();
    Inbox inbox;

    @Override
    public void ready(Address address) {
      addresses.add(address);
      events.add("ready");
    }

    @Override
    public void gone(String reason) {
      events.add("gone");
    }

    @Override
    public void received(WireMessage message) {
      bodies.add(body(message));
    }

    Address address() {
      return addresses.get(addresses.size() - 1);
    }
  }
}
