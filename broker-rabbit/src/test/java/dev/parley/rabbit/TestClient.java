package dev.parley.rabbit;

import static org.awaitility.Awaitility.await;

import dev.parley.spi.Address;
import dev.parley.spi.ConnectionState;
import dev.parley.spi.ListenRequest;
import dev.parley.spi.Outgoing;
import dev.parley.spi.SendResult;
import dev.parley.spi.Setting;
import dev.parley.spi.Settings;
import dev.parley.spi.Source;
import dev.parley.spi.Transport;
import dev.parley.spi.TransportContext;
import dev.parley.spi.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport under test, its threads, and all it has told. */
final class TestClient implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(30);
  static final Duration HANDLER_LIMIT = Duration.ofMinutes(15);

  private static final AtomicInteger CLIENTS = new AtomicInteger();

  final String name = "test-client-" + CLIENTS.incrementAndGet();
  final SystemScheduler scheduler = new SystemScheduler();
  final List<Thread> threads = new CopyOnWriteArrayList<>();
  final List<String> states = new CopyOnWriteArrayList<>();
  final Transport transport;

  private TestClient(String url, Map<String, String> settings) {
    this.transport =
        new RabbitTransportProvider()
            .create(
                new TransportContext(
                    url, settings(settings), name, scheduler, this::thread, this::told));
  }

  static TestClient on(String url, String... keysAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("rabbit.reconnect.max", "500ms");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new TestClient(url, settings);
  }

  static Settings settings(Map<String, String> values) {
    return new Settings() {
      @Override
      public <T> T get(Setting<T> setting) {
        String value = values.get(setting.key());
        return value == null ? setting.defaultValue() : setting.parse(value);
      }
    };
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, name + "-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  private void told(String connection, ConnectionState state, Throwable error) {
    states.add(connection + " " + state);
  }

  static WireMessage message(String body) {
    return message(body, Map.of());
  }

  static WireMessage message(String body, Map<String, String> headers) {
    return new WireMessage(
        body.getBytes(StandardCharsets.UTF_8),
        "text/plain",
        UUID.randomUUID().toString(),
        null,
        null,
        headers);
  }

  static String body(WireMessage message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  long deadline(Duration limit) {
    return scheduler.nanoTime() + limit.toNanos();
  }

  Outgoing outgoing(Address to, String body) {
    return Outgoing.persistent(to, message(body), deadline(LIMIT));
  }

  Outgoing outgoing(Address to, String body, Duration limit, Duration delay, Object... options) {
    return new Outgoing(
        to, message(body), deadline(limit), true, null, null, delay, List.of(options), null, null);
  }

  SendResult send(Address to, String body) {
    return get(sending(outgoing(to, body)));
  }

  SendResult send(Outgoing message) {
    return get(sending(message));
  }

  CompletableFuture<SendResult> sending(Outgoing message) {
    CompletableFuture<SendResult> result = new CompletableFuture<>();
    transport.send(message, result::complete);
    return result;
  }

  void declare(Source source, Object... options) {
    get(transport.declare(source, List.of(options)));
  }

  Reader listen(Source source, int prefetch, Object... options) {
    Reader reader = new Reader();
    reader.listening =
        transport.listen(
            new ListenRequest(source, prefetch, HANDLER_LIMIT, List.of(options)), reader);
    reader.awaitConsuming();
    return reader;
  }

  Mailbox openInbox() {
    Mailbox mailbox = new Mailbox();
    mailbox.inbox = transport.openInbox(mailbox);
    await().atMost(LIMIT).until(() -> !mailbox.addresses.isEmpty());
    return mailbox;
  }

  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no result", e);
    }
  }

  List<String> livingThreads() {
    return threads.stream().filter(Thread::isAlive).map(Thread::getName).toList();
  }

  @Override
  public void close() {
    transport.close();
    scheduler.close();
  }
}
