package dev.parley.engine.handle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Header;
import dev.parley.Message;
import dev.parley.PublishTo;
import dev.parley.Subscriber;
import dev.parley.engine.doubles.HandleBench;
import dev.parley.engine.doubles.RecordingDelivery;
import dev.parley.engine.doubles.Wire;
import dev.parley.spi.Address;
import dev.parley.spi.Settlement;
import dev.parley.spi.Source;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unused") // handlers are found by reflection
class HandlerScannerTest {

  /** A body. */
  public record Order(String id) {}

  private final HandleBench bench =
      new HandleBench(Map.of("orders.queue", "orders", "orders.concurrency", "3"));

  @AfterEach
  void closeBench() {
    bench.close();
  }

  private List<String> names() {
    return bench.registry.all().stream().map(HandlerSubscription::name).toList();
  }

  private String reply(String queue, String json) {
    RecordingDelivery delivery = new RecordingDelivery(Wire.request(json, Map.of()));
    bench.transport.queue(queue).listener().delivered(delivery);
    return Wire.text(delivery.settled().outputs().get(0).message());
  }

  static class Base {
    @Subscriber("inherited")
    String inherited(Order order) {
      return "base " + order.id();
    }

    @Subscriber("overridden")
    String overridden(Order order) {
      return "base " + order.id();
    }

    @Subscriber("replaced")
    String replaced(Order order) {
      return "base " + order.id();
    }

    @Subscriber("secret")
    private String secret(Order order) {
      return "base secret " + order.id();
    }
  }

  static final class Sub extends Base {
    @Override
    String overridden(Order order) {
      return "sub " + order.id();
    }

    @Override
    @Subscriber("replacing")
    String replaced(Order order) {
      return "sub " + order.id();
    }

    @Subscriber("own-secret")
    private String secret(Order order) {
      return "sub secret " + order.id();
    }
  }

  @Test
  void inheritedMethodsAreHandlersAndOverridingOnesTakeTheirPlace() {
    bench.register(new Sub());
    assertThat(names())
        .containsExactlyInAnyOrder("inherited", "overridden", "replacing", "secret", "own-secret");
    assertThat(reply("inherited", "{\"id\":\"1\"}")).isEqualTo("base 1");
    assertThat(reply("overridden", "{\"id\":\"1\"}")).isEqualTo("sub 1");
    assertThat(reply("replacing", "{\"id\":\"1\"}")).isEqualTo("sub 1");
    assertThat(reply("secret", "{\"id\":\"1\"}")).isEqualTo("base secret 1");
    assertThat(reply("own-secret", "{\"id\":\"1\"}")).isEqualTo("sub secret 1");
  }

  interface Annotated {
    @Subscriber("abstract")
    @PublishTo("next")
    String handle(Order order);

    @Subscriber("default")
    default String byDefault(Order order) {
      return "default " + order.id();
    }

    @Subscriber("default-overridden")
    default String overridden(Order order) {
      return "default " + order.id();
    }
  }

  static class WithoutInterface {
    public String handle(Order order) {
      return "class " + order.id();
    }
  }

  static final class Implementing extends WithoutInterface implements Annotated {
    @Override
    public String overridden(Order order) {
      return "class " + order.id();
    }
  }

  @Test
  void interfacesDeclareHandlers() {
    bench.register(new Implementing());
    assertThat(names()).containsExactlyInAnyOrder("abstract", "default", "default-overridden");
    RecordingDelivery delivery = new RecordingDelivery(Wire.json("{\"id\":\"1\"}"));
    bench.transport.queue("abstract").listener().delivered(delivery);
    assertThat(delivery.settled().outputs())
        .extracting(o -> o.to())
        .containsExactly(Address.queue("next"));
    assertThat(reply("default", "{\"id\":\"1\"}")).isEqualTo("default 1");
    assertThat(reply("default-overridden", "{\"id\":\"1\"}")).isEqualTo("class 1");
  }

  abstract static class Generic<T, R> {
    @Subscriber("generic")
    R generic(T body) {
      return answer(List.of(body));
    }

    @Subscriber("generic-overridden")
    R overridden(T body) {
      return answer(List.of(body));
    }

    @Subscriber("generic-message")
    R inMessage(Message<List<T>> bodies) {
      return answer(bodies.body());
    }

    @Subscriber("generic-array")
    R array(T[] bodies) {
      return answer(List.of(bodies));
    }

    abstract R answer(List<T> bodies);
  }

  abstract static class Between<X> extends Generic<X, String> {}

  static final class OfOrders extends Between<Order> {
    @Override
    String overridden(Order order) {
      return "sub " + order.id();
    }

    @Override
    String answer(List<Order> orders) {
      return orders.stream().map(Order::id).toList().toString();
    }
  }

  @Test
  void typeVariablesOfGenericSuperclassesAreFilled() {
    bench.register(new OfOrders());
    assertThat(names())
        .containsExactlyInAnyOrder(
            "generic", "generic-overridden", "generic-message", "generic-array");
    assertThat(reply("generic", "{\"id\":\"1\"}")).isEqualTo("[1]");
    assertThat(reply("generic-overridden", "{\"id\":\"1\"}")).isEqualTo("sub 1");
    assertThat(reply("generic-message", "[{\"id\":\"1\"},{\"id\":\"2\"}]")).isEqualTo("[1, 2]");
    assertThat(reply("generic-array", "[{\"id\":\"1\"}]")).isEqualTo("[1]");
  }

  interface Handles<T> {
    @Subscriber("handles")
    void handle(T body);
  }

  static final class HandlesOrders implements Handles<Order> {
    final CompletableFuture<Order> got = new CompletableFuture<>();

    @Override
    public void handle(Order body) {
      got.complete(body);
    }
  }

  @Test
  void theAnnotationOfAGenericInterfaceIsFound() throws Exception {
    HandlesOrders handlers = new HandlesOrders();
    bench.register(handlers);
    bench
        .transport
        .queue("handles")
        .listener()
        .delivered(new RecordingDelivery(Wire.json("{\"id\":\"7\"}")));
    assertThat(handlers.got.get(10, TimeUnit.SECONDS)).isEqualTo(new Order("7"));
  }

  static final class Repeated {
    @Subscriber(value = "${orders.queue}", concurrency = "${orders.concurrency}", retry = "7")
    @Subscriber(topic = "prices", group = "${group:billing}", prefetch = "9", limit = "90s")
    @Subscriber(topic = "prices", broadcast = true)
    void handle(String body) {}
  }

  @Test
  void annotationsRepeatAndTakePlaceholders() {
    bench.registry.register(new Repeated(), "shop.", List.of());
    bench.registry.start();
    assertThat(names()).containsExactly("shop.orders", "shop.prices/billing", "shop.prices/*");
    var group = bench.transport.source(Source.group("shop.prices", "billing")).request();
    assertThat(group.prefetch()).isEqualTo(9);
    assertThat(group.handlerLimit()).isEqualTo(Duration.ofSeconds(90));
    var queue = bench.transport.queue("shop.orders").request();
    assertThat(queue.prefetch()).isEqualTo(256);
    assertThat(queue.handlerLimit()).isEqualTo(Duration.ofMinutes(15));
  }

  enum Colour {
    RED
  }

  static final class AllHeaders {
    final CompletableFuture<List<Object>> got = new CompletableFuture<>();

    @Subscriber("q")
    void handle(
        @Header("text") String text,
        @Header("int") int number,
        @Header("long") Long large,
        @Header("double") double fraction,
        @Header("flag") boolean flag,
        @Header("decimal") BigDecimal decimal,
        @Header("uuid") UUID uuid,
        @Header("instant") Instant instant,
        @Header("date") LocalDate date,
        @Header("duration") Duration duration,
        @Header("colour") Colour colour,
        @Header("there") Optional<Integer> there,
        @Header("absent") Optional<String> absent,
        @Header("missing") String missing,
        Message<String> message) {
      got.complete(
          List.of(
              text,
              number,
              large,
              fraction,
              flag,
              decimal,
              uuid,
              instant,
              date,
              duration,
              colour,
              there,
              absent,
              String.valueOf(missing),
              message.body()));
    }
  }

  @Test
  void headersOfAllTypesAreRead() throws Exception {
    AllHeaders handlers = new AllHeaders();
    bench.register(handlers);
    UUID uuid = UUID.randomUUID();
    Map<String, String> headers = new HashMap<>();
    headers.put("text", "42");
    headers.put("int", "-1");
    headers.put("long", "9223372036854775807");
    headers.put("double", "1.5");
    headers.put("flag", "true");
    headers.put("decimal", "0.10");
    headers.put("uuid", uuid.toString());
    headers.put("instant", "2024-02-29T12:00:00Z");
    headers.put("date", "2024-02-29");
    headers.put("duration", "PT5S");
    headers.put("colour", "RED");
    headers.put("there", "3");
    RecordingDelivery delivery = new RecordingDelivery(Wire.json("\"body\"", headers));
    assertThat(bench.deliver(delivery).settled().settlement()).isEqualTo(Settlement.DONE);
    assertThat(handlers.got.get(10, TimeUnit.SECONDS))
        .containsExactly(
            "42",
            -1,
            Long.MAX_VALUE,
            1.5,
            true,
            new BigDecimal("0.10"),
            uuid,
            Instant.parse("2024-02-29T12:00:00Z"),
            LocalDate.of(2024, 2, 29),
            Duration.ofSeconds(5),
            Colour.RED,
            Optional.of(3),
            Optional.empty(),
            "null",
            "body");
  }

  static final class TakesNative {
    final CompletableFuture<Thread> got = new CompletableFuture<>();

    @Subscriber("q")
    void handle(Thread own, String body) {
      got.complete(own);
    }
  }

  @Test
  void theClientLibrarysMessageIsNoBody() throws Exception {
    try (HandleBench with = new HandleBench(Set.of(Thread.class))) {
      TakesNative handlers = new TakesNative();
      with.register(handlers);
      Thread own = Thread.currentThread();
      with.deliver(new RecordingDelivery(Wire.json("\"body\"")).nativeMessage(own)).settled();
      assertThat(handlers.got.get(10, TimeUnit.SECONDS)).isSameAs(own);
    }
  }

  static final class NothingTaken {
    @Subscriber("q")
    int handle() {
      return 5;
    }
  }

  @Test
  void aHandlerWithoutParametersDoesNotLookAtTheBody() {
    bench.register(new NothingTaken());
    assertThat(reply("q", "{not json")).isEqualTo("5");
  }
}
