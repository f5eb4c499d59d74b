package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.ErrorCode;
import dev.parley.Message;
import dev.parley.Subscriber;
import dev.parley.TypeRef;
import dev.parley.conformance.Samples.Customer;
import dev.parley.conformance.Samples.Level;
import dev.parley.conformance.Samples.Order;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Contract §1: what a handler can take. */
abstract class ParameterContract extends Chapter {

  private static Arguments body(TypeRef<?> type, Object value) {
    return Arguments.of(type, value);
  }

  static Stream<Arguments> bodies() {
    Map<String, List<Integer>> nested = Map.of("a", List.of(1, 2), "b", List.of());
    return Stream.of(
        body(new TypeRef<Order>() {}, new Order("o-1", 3)),
        body(new TypeRef<Customer>() {}, Customer.of("Ada", 36)),
        body(new TypeRef<List<Order>>() {}, List.of(new Order("a", 1), new Order("b", 2))),
        body(new TypeRef<Map<String, List<Integer>>>() {}, nested),
        body(new TypeRef<Set<String>>() {}, Set.of("x", "y")),
        body(new TypeRef<String>() {}, "Grüße, 世界 \uD83D\uDE00"),
        body(new TypeRef<String>() {}, "30"),
        body(new TypeRef<byte[]>() {}, new byte[] {1, 0, -1, 0, 0}),
        body(new TypeRef<int[]>() {}, new int[] {1, 2, 3}),
        body(new TypeRef<Integer>() {}, 42),
        body(new TypeRef<Long>() {}, Long.MIN_VALUE),
        body(new TypeRef<Double>() {}, 0.1),
        body(new TypeRef<Boolean>() {}, true),
        body(new TypeRef<Level>() {}, Level.HIGH),
        body(new TypeRef<UUID>() {}, UUID.fromString("0c5b6b2e-0000-4000-8000-000000000001")),
        body(new TypeRef<BigDecimal>() {}, new BigDecimal("12345678901234567890.1200")),
        body(new TypeRef<BigInteger>() {}, BigInteger.TWO.pow(200)),
        body(new TypeRef<Instant>() {}, Instant.parse("2025-01-02T03:04:05.123456789Z")),
        body(new TypeRef<LocalDate>() {}, LocalDate.of(2025, 2, 28)),
        body(new TypeRef<LocalDateTime>() {}, LocalDateTime.of(2025, 2, 28, 23, 59, 1)),
        body(new TypeRef<Duration>() {}, Duration.ofMillis(1500)),
        body(new TypeRef<Optional<String>>() {}, Optional.of("there")),
        body(new TypeRef<Optional<String>>() {}, Optional.empty()),
        body(new TypeRef<JsonNode>() {}, JsonMapper.shared().readTree("{\"a\":[1,null,\"x\"]}")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("dev.parley.conformance.ParameterContract#bodies")
  <T> void aBodyOfThatTypeArrivesAndReturnsEqual(TypeRef<T> type, T value) {
    String queue = fixture.name("echo");
    Seen<T> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on ->
                on.subscribe(
                    queue(queue),
                    type,
                    body -> {
                      seen.handle(body);
                      return body;
                    }));

    Object reply = broker.publish(value, to(queue).callback(type));

    assertThat(reply).isEqualTo(value);
    assertThat(seen.waiting()).isEqualTo(1);
  }

  @Test
  void zonedTimesKeepTheirMoment() {
    String queue = fixture.name("zoned");
    ZonedDateTime sent = ZonedDateTime.parse("2025-06-01T12:00:00+02:00[Europe/Berlin]");
    Broker broker = fixture.started(on -> on.subscribe(queue, ZonedDateTime.class, time -> time));

    ZonedDateTime received = broker.publish(sent, to(queue).callback(ZonedDateTime.class));

    assertThat(requireNonNull(received).toInstant()).isEqualTo(sent.toInstant());
  }

  /** Primitives, as only a method can declare them. */
  static final class Primitives {
    @Subscriber("${app.prefix}int")
    int twice(int number) {
      return number * 2;
    }

    @Subscriber("${app.prefix}boolean")
    boolean not(boolean value) {
      return !value;
    }

    @Subscriber("${app.prefix}double")
    double half(double value) {
      return value / 2;
    }
  }

  @Test
  void primitivesAreTakenAndReturned() {
    Broker broker = fixture.started(on -> on.register(new Primitives()));

    assertThat(broker.publish(21, to(fixture.name("int")).callback(Integer.class))).isEqualTo(42);
    assertThat(broker.publish(true, to(fixture.name("boolean")).callback(Boolean.class))).isFalse();
    assertThat(broker.publish(3.0, to(fixture.name("double")).callback(Double.class)))
        .isEqualTo(1.5);
  }

  @Test
  void nothingForAPrimitiveIsInvalid() {
    Broker broker = fixture.started(on -> on.register(new Primitives()));

    Expect.failsAtOnce(
        ErrorCode.INVALID_MESSAGE,
        () -> broker.publish(null, to(fixture.name("int")).callback(Integer.class)));
  }

  @Test
  void nullArrivesAsNull() throws Exception {
    String queue = fixture.name("nullable");
    Seen<Order> seen = new Seen<>();
    Broker broker = fixture.started(on -> on.consume(queue, Order.class, seen));

    broker.publish(null, to(queue));

    assertThat(seen.nextOrNull()).isNull();
  }

  @Test
  void aMessageShowsWhatCameWithTheBody() throws Exception {
    String queue = fixture.name("full");
    Seen<Message<Order>> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<Order>>() {}, seen));

    broker.publish(
        new Order("o-1", 1), to(queue).header("tenant", "Zürich").messageId("m-1").key("k-1"));

    Message<Order> message = seen.next();
    assertThat(message.body()).isEqualTo(new Order("o-1", 1));
    assertThat(message.header("tenant")).contains("Zürich");
    assertThat(message.messageId()).contains("m-1");
    assertThat(message.key()).contains("k-1");
    assertThat(message.replyTo()).isEmpty();
    assertThat(message.queue()).isEqualTo(queue);
    assertThat(message.attempt()).isEqualTo(1);
    assertThat(message.timeLeft()).isEmpty();
  }

  @Test
  void aMessageOfACallShowsTheCallersPatience() throws Exception {
    String queue = fixture.name("patience");
    Seen<Message<String>> seen = new Seen<>();
    Broker broker =
        fixture.started(on -> on.consume(queue(queue), new TypeRef<Message<String>>() {}, seen));

    broker.publish("x", to(queue).callback(Void.class).timeout(Duration.ofSeconds(20)));

    Message<String> message = seen.next();
    assertThat(message.replyTo()).isPresent();
    assertThat(message.correlationId()).isPresent();
    assertThat(message.timeLeft())
        .hasValueSatisfying(
            left -> assertThat(left).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20)));
  }

  @Test
  void theClientLibrarysOwnMessageIsTakenAndPublishedUntouched() throws Exception {
    List<Class<?>> types = fixture.nativeTypes();
    fixture.skipUnless(!types.isEmpty(), "The transport has no message type of a client library");
    String first = fixture.name("first");
    String second = fixture.name("second");
    Seen<Object> natives = new Seen<>();
    Seen<Message<Order>> seen = new Seen<>();
    Broker broker =
        fixture.started(
            on -> {
              on.consume(first, types.get(0), natives::handle);
              on.consume(queue(second), new TypeRef<Message<Order>>() {}, seen);
            });

    broker.publish(new Order("o-1", 1), to(first).header("tenant", "t-1").messageId("m-1"));
    Object received = natives.next();
    broker.publish(received, to(second));

    assertThat(received).isInstanceOf(types.get(0));
    Message<Order> message = seen.next();
    assertThat(message.body()).isEqualTo(new Order("o-1", 1));
    assertThat(message.header("tenant")).contains("t-1");
    assertThat(message.messageId()).contains("m-1");
  }
}
