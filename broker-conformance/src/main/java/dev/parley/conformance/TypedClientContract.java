package dev.parley.conformance;

import static dev.parley.ClientOptions.timeout;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Broker;
import dev.parley.CallTimeoutException;
import dev.parley.Header;
import dev.parley.InvalidMessageException;
import dev.parley.Message;
import dev.parley.Reply;
import dev.parley.SubscribeOptions;
import dev.parley.Subscriber;
import dev.parley.Timeout;
import dev.parley.TypeRef;
import dev.parley.Violation;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
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

  interface Slow {
    @Subscriber("${app.prefix}slow")
    @Timeout("1s")
    String method(String body);

    @Subscriber("${app.prefix}slow")
    String call(String body, @Timeout Duration limit);

    @Subscriber("${app.prefix}slow")
    String client(String body);

    @Subscriber("${app.prefix}told")
    void tell(String body, @Timeout Duration limit);

    @Subscriber("${app.prefix}slow")
    @Timeout("none")
    CompletableFuture<Reply<String>> patient(String body, @Header("tenant") String tenant);
  }

  @Test
  void theLimitIsTheCallsThenTheMethodsThenTheClients() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    fixture.started(
        on ->
            on.consume(
                fixture.name("slow"),
                String.class,
                body -> assertThat(never.await(10, TimeUnit.SECONDS)).isTrue()));
    Slow slow = fixture.broker().client(Slow.class, timeout(ofMillis(1_500)));

    assertThatThrownBy(() -> slow.method("x"))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("PT1S");
    assertThatThrownBy(() -> slow.call("x", ofMillis(500)))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("PT0.5S");
    assertThatThrownBy(() -> slow.client("x"))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("PT1.5S");
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

  @Test
  void theLimitOfFireAndForgetIsThatOfItsConfirmation() {
    BlockingQueue<Duration> limits = new LinkedBlockingQueue<>(10);
    Broker broker =
        fixture.open(
            fixture
                .builder()
                .intercept(
                    (message, options, next) -> {
                      assertThat(limits.offer(options.timeout().orElseThrow())).isTrue();
                      return next.proceed(message);
                    }));
    broker.declare(fixture.name("told"));
    broker.declare(fixture.name("audit"));

    broker.client(Slow.class, timeout(ofSeconds(7))).tell("x", ofSeconds(6));
    broker.client(Pricing.class, timeout(ofSeconds(7))).audit("x");

    assertThat(limits).containsExactly(ofSeconds(6), ofSeconds(7));
  }

  interface Forms {
    @Subscriber("${app.prefix}forms")
    Price price(String item);

    @Subscriber("${app.prefix}forms")
    default Reply<Price> full(String item) {
      return Reply.of(price(item));
    }

    @Subscriber("${app.prefix}forms")
    default CompletableFuture<Reply<Price>> fullAsync(String item) {
      return CompletableFuture.completedFuture(full(item));
    }

    @Subscriber("${app.prefix}headers")
    Message<Price> headers(Message<String> item);

    @Subscriber("${app.prefix}replies")
    CompletableFuture<Reply<Price>> reply(String item);

    @Subscriber("${app.prefix}done")
    void done(String item);

    @Subscriber("${app.prefix}done")
    CompletableFuture<@Nullable Void> doneAsync(String item);
  }

  static class FormServer implements Forms {
    final BlockingQueue<String> done = new LinkedBlockingQueue<>(10);

    @Override
    public Price price(String item) {
      return new Price(item, 1);
    }

    @Override
    public Message<Price> headers(Message<String> item) {
      return Message.of(new Price(item.header("item").orElseThrow(), 2)).header("shop", "north");
    }

    @Override
    public CompletableFuture<Reply<Price>> reply(String item) {
      return CompletableFuture.completedFuture(Reply.of(price(item)));
    }

    @Override
    public void done(String item) {
      assertThat(done.offer(item)).isTrue();
    }

    @Override
    public CompletableFuture<@Nullable Void> doneAsync(String item) {
      throw new UnsupportedOperationException("the plain one serves");
    }
  }

  @Test
  void aReplyAndAMessageShowTheHeaders() throws Exception {
    fixture.started(on -> on.register(new FormServer()));
    Forms forms = fixture.broker().client(Forms.class, timeout(ofSeconds(5)));

    assertThat(forms.full("tea").value()).isEqualTo(new Price("tea", 1));
    assertThat(forms.full("tea").server()).isPresent();
    assertThat(forms.fullAsync("tea").get(5, TimeUnit.SECONDS).value())
        .isEqualTo(new Price("tea", 1));
    assertThat(forms.reply("tea").get(5, TimeUnit.SECONDS).value()).isEqualTo(new Price("tea", 1));
    Message<Price> answer = forms.headers(Message.of("x").header("item", "cake"));
    assertThat(answer.body()).isEqualTo(new Price("cake", 2));
    assertThat(answer.header("shop")).contains("north");
  }

  @Test
  void aFutureOfNothingWaitsUntilItIsHandled() throws Exception {
    FormServer server = new FormServer();
    fixture.started(on -> on.register(server));
    Forms forms = fixture.broker().client(Forms.class, timeout(ofSeconds(5)));

    assertThat(forms.doneAsync("tea").get(5, TimeUnit.SECONDS)).isNull();

    assertThat(server.done.poll()).isEqualTo("tea");
  }
}
