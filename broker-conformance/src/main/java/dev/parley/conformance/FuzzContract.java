package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Handlers;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * Contract §6, whatever anybody may think of. {@code -Dparley.hostile.inputs=1000000} for many;
 * {@code -Dparley.hostile.seed=n} for what was found once.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS) // of the long form; each chunk has its own
abstract class FuzzContract extends Chapter {

  private static final int INPUTS = Integer.getInteger("parley.hostile.inputs", 3_000);
  private static final long SEED =
      Long.getLong("parley.hostile.seed", ThreadLocalRandom.current().nextLong(1L << 31));
  private static final int CHUNK = 500;
  private static final Duration CHUNK_LIMIT = Duration.ofSeconds(60);
  private static final long MORE_HEAP = 48L << 20;
  private static final long BURST = 100; // of log lines, and ten each second
  private static final String FENCE = "{\"id\":\"fence-%d\",\"quantity\":1}";

  private final Set<String> fences = ConcurrentHashMap.newKeySet();
  private final List<String> queues = new ArrayList<>();
  private final List<String> channels = new ArrayList<>(); // of a broker that has them

  /** A handler of each kind; what it is given must not hurt it. */
  private void handlers(Handlers on) {
    String orders = declared("orders");
    String trees = declared("trees");
    String replies = declared("replies");
    String texts = declared("texts");
    on.subscribe(queue(orders).concurrency(4), Order.class, this::order);
    on.subscribe(queue(trees), new TypeRef<Message<JsonNode>>() {}, this::tree);
    on.consume(queue(replies), new TypeRef<Reply<Order>>() {}, this::reply);
    on.subscribe(queue(texts), new TypeRef<Message<String>>() {}, this::text);
    for (String queue : queues) {
      on.consume(queue(queue + ".dead").retry(0), byte[].class, body -> {});
    }
    try (ForeignClient client = fixture.server().foreignClient()) {
      client.channel(fixture.name("told")).ifPresent(channel -> channelHandlers(on, channel));
    }
  }

  /** Whose dead letters nobody takes, as is usual where nothing is kept. */
  private void channelHandlers(Handlers on, String channel) {
    channels.add(channel);
    channels.add(channel + ".back");
    channels.add(channel + ".bytes");
    on.subscribe(queue(channel), Order.class, this::order);
    on.subscribe(
        queue(channel + ".back"),
        new TypeRef<Message<JsonNode>>() {},
        message -> {
          tree(message);
          return message; // with its headers
        });
    on.subscribe(
        queue(channel + ".bytes"),
        byte[].class,
        body -> {
          fences.add(new String(body, StandardCharsets.UTF_8));
          return body;
        });
  }

  private String declared(String name) {
    String queue = fixture.name(name);
    queues.add(queue);
    return queue;
  }

  private @Nullable Order order(@Nullable Order order) {
    if (order != null) { // as the JSON null is
      fences.add(order.id());
    }
    return order;
  }

  private @Nullable JsonNode tree(Message<JsonNode> message) {
    JsonNode body = message.body();
    if (body != null && body.path("id").isString()) {
      fences.add(body.path("id").stringValue());
    }
    return body;
  }

  private void reply(Reply<Order> reply) {
    if (!reply.isError() && reply.value() != null) {
      fences.add(reply.value().id());
    }
  }

  private @Nullable String text(Message<String> message) {
    fences.add(message.body());
    return message.body();
  }

  private static List<String> unsettled(Broker server) {
    return server.health().subscriptions().stream()
        .filter(each -> each.inFlight() > 0)
        .map(each -> each.inFlight() + " of " + each.name())
        .toList();
  }

  private static long liveHeap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  @SuppressWarnings("SystemOut") // the seed must be seen where the test fails
  void nothingThatIsSentHurtsAServer() {
    System.out.println("-Dparley.hostile.seed=" + SEED + " -Dparley.hostile.inputs=" + INPUTS);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(Poison.watching(before)); // threads inherit it
    long begin = System.nanoTime();
    try (LogLines lines = LogLines.counted()) {
      Broker server = fixture.started(this::handlers);
      ForeignClient attacker = fixture.foreign();
      chunk(attacker, 0);
      long heap = liveHeap();

      for (int first = CHUNK; first < INPUTS; first += CHUNK) {
        chunk(attacker, first);
        assertThat(lines.count())
            .as("log lines, after %s messages of seed %s", first + CHUNK, SEED)
            .isLessThanOrEqualTo(
                Math.min(first + CHUNK, 2 * BURST + 20 * Expect.since(begin).toSeconds()));
      }

      assertThat(liveHeap()).as("live heap").isLessThan(heap + MORE_HEAP);
      addresses().forEach(address -> Expect.running(server, address));
      Expect.await().untilAsserted(() -> assertThat(unsettled(server)).isEmpty());
      assertThat(Poison.askedFor()).as("classes loaded because a message names them").isEmpty();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** Sends some to each queue, and waits until what is sent after them was handled. */
  private void chunk(ForeignClient attacker, int first) {
    List<String> addresses = addresses();
    for (int i = 0; i < addresses.size(); i++) {
      List<RawMessage> messages = new ArrayList<>();
      for (int number = first + i; number < first + CHUNK; number += addresses.size()) {
        messages.add(hostile(addresses.get(i), number, attacker));
      }
      attacker.flood(addresses.get(i), messages);
    }
    for (int i = 0; i < addresses.size(); i++) {
      int fence = first + i;
      String body = FENCE.formatted(fence);
      boolean text = addresses.get(i).endsWith("texts");
      attacker.send(
          addresses.get(i),
          RawMessage.of(body).with(CONTENT_TYPE, text ? "text/plain" : "application/json"));
      Expect.await()
          .atMost(CHUNK_LIMIT)
          .untilAsserted(
              () ->
                  assertThat(fences)
                      .as(
                          "of %s, after messages %s to %s of seed %s",
                          body, first, first + CHUNK, SEED)
                      .containsAnyOf("fence-" + fence, body));
      fences.clear();
    }
  }

  private List<String> addresses() {
    return Stream.concat(queues.stream(), channels.stream()).toList();
  }

  private RawMessage hostile(String address, int number, ForeignClient attacker) {
    return channels.contains(address)
        ? RawMessage.of(HostileEnvelopes.of(SEED, number))
        : HostileMessages.of(SEED, number, attacker.longestCorrelationId());
  }

  @Test
  void noErrorReplyTellsOfOurInside() {
    fixture.started(this::handlers);
    ForeignClient attacker = fixture.foreign();
    String replies = attacker.openReplies();
    int asked = Math.min(INPUTS / 10, 300);
    List<RawMessage> messages = new ArrayList<>();
    for (int number = 0; number < asked; number++) {
      messages.add(
          HostileMessages.of(SEED, number, attacker.longestCorrelationId())
              .with(REPLY_TO, replies)
              .with(CORRELATION_ID, "c-" + number));
    }

    attacker.flood(queues.get(0), messages);
    attacker.send(queues.get(0), RawMessage.json(FENCE.formatted(0)).with(REPLY_TO, replies));

    for (int i = 0; i < asked; i++) {
      RawMessage reply = attacker.receive(replies, Duration.ofSeconds(2));
      if (reply == null) {
        break; // not each wants a reply, or is one
      }
      assertThat(reply.text())
          .as("the reply to a message of seed %s", SEED)
          .doesNotContain("\tat ", "at dev.parley", ".java:", "com.fasterxml", "Caused by");
    }
  }

  @Test
  void nothingThatIsSentToItsReplyAddressHurtsACaller() throws Exception {
    String queue = fixture.name("asked");
    Broker client = fixture.broker();
    client.declare(queue);
    ForeignClient attacker = fixture.foreign();
    CompletableFuture<@Nullable String> call =
        client.publishAsync("x", to(queue).callback(String.class).noTimeout());
    RawMessage request = attacker.take(queue);
    try (LogLines lines = LogLines.counted()) {
      List<RawMessage> messages = new ArrayList<>();
      for (int number = 0; number < CHUNK; number++) {
        messages.add(HostileMessages.of(SEED, number, attacker.longestCorrelationId()));
      }
      attacker.flood(request.require(REPLY_TO), messages);
      attacker.answer(request, RawMessage.of("answer"));

      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("answer");
      assertThat(lines.count()).as("log lines of seed %s", SEED).isLessThanOrEqualTo(BURST);
      Expect.noCallInFlight(client);
    }
  }
}
