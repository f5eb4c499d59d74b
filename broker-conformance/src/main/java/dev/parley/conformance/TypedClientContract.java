package dev.parley.conformance;

import static dev.parley.ClientOptions.timeout;
import static dev.parley.PublishOptions.to;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.CallTimeoutException;
import dev.parley.DeclarationException;
import dev.parley.Header;
import dev.parley.InvalidMessageException;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.SubscribeOptions;
import dev.parley.Subscriber;
import dev.parley.Timeout;
import dev.parley.TypeRef;
import dev.parley.Violation;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls that feel like methods: one interface is the contract, the server and the client. */
abstract class TypedClientContract extends Chapter {

  record PriceRequest(@NotBlank String item, int quantity) {}

  record Price(String item, long cents) {}

  interface Pricing {
    @Subscriber("${app.prefix}price")
    Price price(PriceRequest request);

    @Subscriber("${app.prefix}price")
    CompletableFuture<Price> priceAsync(PriceRequest request);

    @Subscriber("${app.prefix}audit")
    void audit(String event);

    default long cents(String item) {
      return price(new PriceRequest(item, 1)).cents();
    }
  }

  static class PriceList implements Pricing {
    final BlockingQueue<String> audited = new LinkedBlockingQueue<>(10);

    @Override
    public Price price(PriceRequest request) {
      return new Price(request.item(), 250L * request.quantity());
    }

    @Override
    public CompletableFuture<Price> priceAsync(PriceRequest request) {
      throw new UnsupportedOperationException("the plain one serves");
    }

    @Override
    public void audit(String event) {
      assertThat(audited.offer(event)).isTrue();
    }
  }

  @Test
  void oneInterfaceIsTheServerAndTheClient() throws Exception {
    PriceList server = new PriceList();
    fixture.started(on -> on.register(server));
    Pricing pricing = fixture.broker().client(Pricing.class, timeout(ofSeconds(5)));

    assertThat(pricing.price(new PriceRequest("tea", 2))).isEqualTo(new Price("tea", 500));
    assertThat(pricing.priceAsync(new PriceRequest("tea", 3)).get(5, TimeUnit.SECONDS))
        .isEqualTo(new Price("tea", 750));
    assertThat(pricing.cents("tea")).isEqualTo(250);
    pricing.audit("asked");
    assertThat(server.audited.poll(5, TimeUnit.SECONDS)).isEqualTo("asked");
  }

  @Test
  void methodsOfObjectAreTheClientsOwn() {
    Pricing pricing = fixture.broker().client(Pricing.class);
    Pricing other = fixture.broker().client(Pricing.class);

    assertThat(Set.of(pricing)).contains(pricing).doesNotContain(other);
    assertThat(pricing.toString()).startsWith("Pricing by parley-");
  }

  @Test
  void invalidRequestsComeBackWithTheirViolations() {
    fixture.started(on -> on.register(new PriceList()));
    Pricing pricing = fixture.broker().client(Pricing.class);

    assertThatThrownBy(() -> pricing.price(new PriceRequest(" ", 2)))
        .isInstanceOfSatisfying(
            InvalidMessageException.class,
            e -> assertThat(e.violations()).extracting(Violation::path).containsExactly("item"));
  }

  interface Calculator {
    @Subscriber("${app.prefix}calculator")
    int add(int left, @Min(0) int right);

    @Subscriber("${app.prefix}calculator")
    double divide(double dividend, double divisor, Optional<Integer> digits);

    @Subscriber("${app.prefix}calculator")
    List<Optional<Price>> known(Map<String, List<Price>> prices);

    @Subscriber("${app.prefix}calculator")
    int zero();
  }

  static class Abacus implements Calculator {
    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public double divide(double a, double b, Optional<Integer> digits) {
      double scale = Math.pow(10, digits.orElse(0));
      return Math.round(a / b * scale) / scale;
    }

    @Override
    public List<Optional<Price>> known(Map<String, List<Price>> prices) {
      return List.of(Optional.of(prices.getOrDefault("all", List.of()).get(0)), Optional.empty());
    }

    @Override
    public int zero() {
      return 0;
    }
  }

  @Test
  void methodsOfOneQueueAreToldApartAndTheirTypesKept() {
    fixture.started(on -> on.register(new Abacus()));
    Calculator calculator = fixture.broker().client(Calculator.class);

    assertThat(calculator.add(2, 3)).isEqualTo(5);
    assertThat(calculator.divide(2, 3, Optional.of(2))).isEqualTo(0.67);
    assertThat(calculator.divide(2, 3, Optional.empty())).isEqualTo(1);
    assertThat(calculator.known(Map.of("all", List.of(new Price("tea", 1)))))
        .containsExactly(Optional.of(new Price("tea", 1)), Optional.empty());
    assertThat(calculator.zero()).isZero();
  }

  @Test
  void anyClientCanCallAMethodByItsNameAndNamedParameters() {
    fixture.started(on -> on.register(new Abacus()));
    ForeignClient foreign = fixture.foreign();
    String replies = foreign.openReplies();

    foreign.send(
        fixture.name("calculator"),
        RawMessage.json("{\"right\":3,\"left\":2}")
            .header("parley-method", "add")
            .with(RawMessage.Property.REPLY_TO, replies)
            .with(RawMessage.Property.CORRELATION_ID, "c-1"));

    assertThat(foreign.take(replies).text()).isEqualTo("5");
  }

  @Test
  void severalParametersAreAJsonObjectByName() throws Exception {
    ForeignClient foreign = fixture.foreign();
    foreign.declare(fixture.name("calculator"));
    Calculator calculator = fixture.broker().client(Calculator.class);

    CompletableFuture<Integer> sum = CompletableFuture.supplyAsync(() -> calculator.add(2, 3));
    RawMessage request = foreign.take(fixture.name("calculator"));
    foreign.answer(request, RawMessage.of("5"));

    assertThat(sum.get(5, TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(request.text()).isEqualTo("{\"left\":2,\"right\":3}");
    assertThat(request.header("parley-method")).isEqualTo("add");
  }

  @Test
  void constraintsOnNamedParametersAreChecked() {
    fixture.started(on -> on.register(new Abacus()));

    assertThatThrownBy(() -> fixture.broker().client(Calculator.class).add(2, -1))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("must be greater than or equal to 0");
  }

  @Test
  void aCallWithoutItsMethodIsRefusedWithTheNamesThereAre() {
    fixture.started(on -> on.register(new Abacus()));

    assertThatThrownBy(
            () ->
                fixture
                    .broker()
                    .publish(
                        Map.of("left", 1), to(fixture.name("calculator")).callback(Integer.class)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("parley-method is missing")
        .hasMessageContaining("add, divide, known, zero");
  }

  interface Slow {
    @Subscriber("${app.prefix}slow")
    @Timeout("100ms")
    String method(String body);

    @Subscriber("${app.prefix}slow")
    String call(String body, @Timeout Duration limit);

    @Subscriber("${app.prefix}slow")
    String client(String body);

    @Subscriber("${app.prefix}slow")
    @Timeout("none")
    CompletableFuture<Reply<String>> patient(String body, @Header("tenant") String tenant);
  }

  @Test
  void theLimitIsTheCallsThenTheMethodsThenTheClients() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    String slowQueue = fixture.name("slow");
    fixture.started(
        on ->
            on.consume(
                slowQueue,
                String.class,
                body -> {
                  if (!body.equals("ready")) {
                    assertThat(never.await(10, TimeUnit.SECONDS)).isTrue();
                  }
                }));
    Broker client = fixture.broker();
    client.publish("ready", to(slowQueue).callback(Void.class).raiseTimeout()); // connected by then
    Slow slow = client.client(Slow.class, timeout(ofMillis(150)));

    assertThatThrownBy(() -> slow.method("x"))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("PT0.1S");
    assertThatThrownBy(() -> slow.call("x", ofMillis(50)))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("PT0.05S");
    assertThatThrownBy(() -> slow.client("x"))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("PT0.15S");
    never.countDown();
  }

  @Test
  void headersAndLimitsReachTheServer() throws Exception {
    BlockingQueue<Message<String>> seen = new LinkedBlockingQueue<>(10);
    fixture.started(
        on ->
            on.subscribe(
                SubscribeOptions.queue(fixture.name("slow")),
                new TypeRef<Message<String>>() {},
                message -> {
                  assertThat(seen.offer(message)).isTrue();
                  return "done";
                }));
    Slow slow = fixture.broker().client(Slow.class, timeout(ofSeconds(5)));

    assertThat(slow.patient("x", "acme").get(5, TimeUnit.SECONDS).value()).isEqualTo("done");
    assertThat(slow.client("y")).isEqualTo("done");

    Message<String> patient = seen.poll(5, TimeUnit.SECONDS);
    assertThat(patient.header("tenant")).contains("acme");
    assertThat(patient.deadline()).isEmpty();
    assertThat(seen.poll(5, TimeUnit.SECONDS).deadline()).isPresent();
  }

  interface Tenants {
    @Subscriber("${app.prefix}tenants")
    String greet(String name, @Header("tenant") String tenant, @Timeout Duration limit);
  }

  @Test
  void markedParametersAreFilledFromTheInterfacesMarks() {
    Tenants server =
        new Tenants() {
          @Override
          public String greet(String name, String tenant, Duration left) {
            return name + " of " + tenant + " within " + left.toSeconds();
          }
        };
    fixture.started(on -> on.register(server));

    assertThat(fixture.broker().client(Tenants.class).greet("Ann", "acme", ofMillis(5_500)))
        .isEqualTo("Ann of acme within 5");
  }

  interface Store<T> {
    @Subscriber("${app.prefix}store")
    Optional<T> find(String id);

    @Subscriber("${app.prefix}store")
    List<T> put(List<T> all);
  }

  interface PriceStore extends Store<Price> {}

  @Test
  void genericInterfacesKeepTheirTypes() {
    PriceStore server =
        new PriceStore() {
          @Override
          public Optional<Price> find(String id) {
            return id.equals("tea") ? Optional.of(new Price("tea", 1)) : Optional.empty();
          }

          @Override
          public List<Price> put(List<Price> all) {
            return List.of(all.get(0));
          }
        };
    fixture.started(on -> on.register(server));
    PriceStore client = fixture.broker().client(PriceStore.class);

    assertThat(client.find("tea")).contains(new Price("tea", 1));
    assertThat(client.find("coffee")).isEmpty();
    assertThat(client.put(List.of(new Price("a", 1), new Price("b", 2))))
        .containsExactly(new Price("a", 1));
  }

  interface Unmarked {
    @Subscriber("${app.prefix}a")
    String marked();

    String unmarked();
  }

  interface Overloaded {
    @Subscriber("${app.prefix}a")
    String get(String id);

    @Subscriber("${app.prefix}a")
    String get(int id);
  }

  interface Empty {}

  @Test
  void mistakesInDeclarationsNameTheRemedy() {
    Broker broker = fixture.broker();

    assertThatThrownBy(() -> broker.client(PriceList.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("give the interface");
    assertThatThrownBy(() -> broker.client(Unmarked.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("Unmarked.unmarked() has no @Subscriber");
    assertThatThrownBy(() -> broker.client(Overloaded.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("give one of them another name");
    assertThatThrownBy(() -> broker.client(Empty.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("has no @Subscriber method");
    assertThatThrownBy(() -> broker.client(Store.class))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("interface that extends it with a type");
  }

  static class TwiceOnOneQueue {
    @Subscriber("${app.prefix}twice")
    @Nullable String one(String body) {
      return body;
    }

    @Subscriber("${app.prefix}twice")
    @Nullable String other(String body) {
      return body;
    }
  }

  @Test
  void twoMethodsOfAClassDoNotShareAQueue() {
    assertThatThrownBy(() -> fixture.broker().register(new TwiceOnOneQueue()))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("declare both as methods of one interface");
  }
}
