package dev.parley.conformance;

import static dev.parley.SubscribeOptions.queue;
import static dev.parley.conformance.RawMessage.Property.CONTENT_TYPE;
import static dev.parley.conformance.RawMessage.Property.CORRELATION_ID;
import static dev.parley.conformance.RawMessage.Property.MESSAGE_ID;
import static dev.parley.conformance.RawMessage.Property.REPLY_TO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Counter;
import dev.parley.Message;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Order;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Contract §6, requests: what anybody can send costs one line and one counter, no more. */
abstract class HostileInputContract extends Chapter {

  private static final RawMessage GOOD = RawMessage.json("{\"id\":\"good\",\"quantity\":1}");

  /** A consumer of orders, to be sent what is wrong and then what is right. */
  private final Seen<Order> orders = new Seen<>();

  private Broker consumer(String queue, String... settings) {
    return fixture.started(on -> on.consume(queue, Order.class, orders), settings);
  }

  private void assertRefusedAndAlive(Broker broker, String queue, RawMessage bad) throws Exception {
    ForeignClient foreign = fixture.foreign();
    foreign.send(queue, bad);
    foreign.send(queue, GOOD);

    assertThat(orders.next()).isEqualTo(new Order("good", 1));
    Expect.counter(broker, Counter.INVALID, 1);
    orders.assertNothingMore();
    assertThat(broker.counters().get(Counter.RETRIED)).isZero();
    assertThat(broker.health().healthy()).isTrue();
  }

  @Test
  void typeHeadersOfOtherFrameworksAreIgnored() throws Exception {
    String queue = fixture.name("typed");
    Seen<Message<Map<String, Object>>> seen = new Seen<>();
    fixture.started(
        on -> on.consume(queue(queue), new TypeRef<Message<Map<String, Object>>>() {}, seen));

    fixture
        .foreign()
        .send(
            queue,
            RawMessage.json("{\"@class\":\"java.util.Date\",\"_class\":\"x.Y\",\"a\":1}")
                .header("__TypeId__", "java.util.ArrayList")
                .header("spring_json_header_types", "{\"a\":\"java.net.URL\"}"));

    Message<Map<String, Object>> message = seen.next();
    assertThat(message.body())
        .containsEntry("a", 1)
        .containsEntry("@class", "java.util.Date")
        .containsEntry("_class", "x.Y");
    assertThat(message.headers()).containsEntry("__TypeId__", "java.util.ArrayList");
  }

  /** Tells when somebody reads it. */
  static final class Trap implements Serializable {
    private static final long serialVersionUID = 1;
    static final AtomicBoolean SPRUNG = new AtomicBoolean();

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      SPRUNG.set(true);
      in.defaultReadObject();
    }
  }

  @Test
  void javaSerialisationIsNeverRead() throws Exception {
    String queue = fixture.name("serialised");
    Broker broker = consumer(queue);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Trap());
    }

    assertRefusedAndAlive(
        broker,
        queue,
        RawMessage.of(bytes.toByteArray())
            .with(CONTENT_TYPE, "application/x-java-serialized-object"));

    assertThat(Trap.SPRUNG).isFalse();
  }

  @Test
  void aBodyOverTheLimitIsRefused() throws Exception {
    String queue = fixture.name("large");
    Broker broker = consumer(queue, "message.max-bytes", "1000");

    assertRefusedAndAlive(
        broker, queue, RawMessage.json("{\"id\":\"" + "x".repeat(1000) + "\",\"quantity\":1}"));
  }

  @Test
  void jsonNestedTooDeeplyIsRefused() throws Exception {
    String queue = fixture.name("deep");
    Broker broker = consumer(queue);

    assertRefusedAndAlive(
        broker,
        queue,
        RawMessage.json("{\"id\":\"a\",\"quantity\":1,\"x\":" + "[".repeat(100_000)));
  }

  @Test
  void theDepthOfJsonHasALimitThatIsConfigured() throws Exception {
    String queue = fixture.name("depth");
    Seen<JsonNode> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue, JsonNode.class, seen), "message.max-depth", "10");
    ForeignClient foreign = fixture.foreign();

    foreign.send(queue, RawMessage.json("[".repeat(11) + "]".repeat(11)));
    foreign.send(queue, RawMessage.json("[".repeat(10) + "]".repeat(10)));

    assertThat(seen.next()).hasToString("[".repeat(10) + "]".repeat(10));
    Expect.counter(broker, Counter.INVALID, 1);
  }

  static Stream<RawMessage> garbage() {
    return Stream.of(
        RawMessage.json("{\"id\":"),
        RawMessage.json("{\"id\":\"a\",\"quantity\":1} trailing"),
        RawMessage.of(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2})
            .with(CONTENT_TYPE, "application/json"),
        RawMessage.of("x").with(CONTENT_TYPE, "application/x-unheard-of"),
        RawMessage.of("x").with(CONTENT_TYPE, ";;;///\u0001"),
        RawMessage.json("{\"id\":\"a\",\"quantity\":1e400}"));
  }

  @ParameterizedTest
  @MethodSource("dev.parley.conformance.HostileInputContract#garbage")
  void garbageIsRefusedAndTheConsumerLives(RawMessage bad) throws Exception {
    String queue = fixture.name("garbage");

    assertRefusedAndAlive(consumer(queue), queue, bad);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "-1", "NaN", "1.5", "99999999999999999999999999", "\u0000"})
  void malformedHeadersOfOursAreAsIfTheyWereAbsent(String value) throws Exception {
    String queue = fixture.name("malformed");
    Seen<Message<Order>> seen = new Seen<>();
    fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<Order>>() {}, seen));

    RawMessage bad = GOOD;
    for (String name :
        List.of("parley-deadline", "parley-timeout", "parley-sent", "parley-attempt")) {
      bad = bad.header(name, value);
    }
    fixture.foreign().send(queue, bad);

    Message<Order> message = seen.next();
    assertThat(message.body()).isEqualTo(new Order("good", 1));
    assertThat(message.attempt()).isEqualTo(1);
  }

  @Test
  void theAttemptsOfASenderDoNotRaiseTheLimitOfTheReceiver() throws Exception {
    String queue = fixture.name("attempts");
    Seen<Integer> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.consume(
                    queue(queue).retry(2),
                    new TypeRef<Message<Order>>() {},
                    message -> {
                      seen.handle(message.attempt());
                      throw new IllegalStateException("always");
                    }));

    fixture.foreign().send(queue, GOOD.header("parley-attempt", "999999999"));

    seen.next();
    Expect.counter(broker, Counter.DEAD_LETTERED, 1);
    assertThat(broker.counters().get(Counter.FAILED)).isBetween(1L, 3L);
  }

  static Stream<String> correlationIds() {
    return Stream.of(
        "", " ", "x".repeat(255), "x".repeat(65_536), "\u0000\u0001\u001f", "a\r\nb: c", "日本語");
  }

  @ParameterizedTest
  @MethodSource("dev.parley.conformance.HostileInputContract#correlationIds")
  void anyCorrelationIdIsEchoedAsItIs(String id) {
    ForeignClient client = fixture.foreign();
    fixture.skipUnless(
        id.getBytes(java.nio.charset.StandardCharsets.UTF_8).length
            <= client.longestCorrelationId(),
        "A correlation id of " + id.length() + " characters does not fit on this wire");
    String queue = fixture.name("ids");
    fixture.started(on -> on.subscribe(queue, String.class, body -> body));
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replies).with(CORRELATION_ID, id));

    RawMessage reply = client.take(replies);
    assertThat(reply.text()).isEqualTo("x");
    assertThat(reply.property(CORRELATION_ID)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody.is.there", "", "amq.topic", "../../etc", "a b\u0001"})
  void aReplyAddressThatDoesNotExistIsCountedAndNothingIsCreated(String address) throws Exception {
    String queue = fixture.name("reply-to");
    String replyTo = address.isEmpty() ? address : fixture.name(address);
    Seen<String> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      seen.handle(body);
                      return body;
                    }));
    ForeignClient client = fixture.foreign();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replyTo).with(CORRELATION_ID, "c"));
    client.send(queue, RawMessage.of("fence"));

    assertThat(seen.next(2)).containsExactly("x", "fence");
    seen.assertNothingMore();
    Expect.counter(broker, Counter.HANDLED, 2);
    assertThat(broker.counters().get(Counter.REPLIES_UNDELIVERABLE))
        .isEqualTo(address.isEmpty() ? 0 : 1);
    if (!address.isEmpty()) {
      assertThat(client.exists(replyTo)).isFalse();
    }
  }

  @Test
  void replyAddressesCanBeRestricted() throws Exception {
    String queue = fixture.name("restricted");
    Seen<String> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue,
                    String.class,
                    body -> {
                      seen.handle(body);
                      return body;
                    }),
            "reply.allow",
            "only-this-one");
    ForeignClient client = fixture.foreign();
    String replies = client.openReplies();

    client.send(queue, RawMessage.of("x").with(REPLY_TO, replies).with(CORRELATION_ID, "c"));

    assertThat(seen.next()).isEqualTo("x");
    Expect.counter(broker, Counter.REPLIES_UNDELIVERABLE, 1);
    assertThat(client.receive(replies, Duration.ofMillis(300))).isNull();
  }

  @Test
  void manyMessagesOfOneIdAreManyMessages() throws Exception {
    String queue = fixture.name("same-id");
    consumer(queue);
    ForeignClient foreign = fixture.foreign();

    for (int i = 0; i < 5; i++) {
      foreign.send(queue, GOOD.with(MESSAGE_ID, "always-the-same"));
    }

    assertThat(orders.next(5)).containsOnly(new Order("good", 1));
  }
}
