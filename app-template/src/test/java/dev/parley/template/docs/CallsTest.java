package dev.parley.template.docs;

import static dev.parley.ClientOptions.timeout;
import static dev.parley.PublishOptions.to;
import static dev.parley.PublishOptions.toTopic;
import static dev.parley.SubscribeOptions.topic;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.HandlerFailedException;
import dev.parley.Header;
import dev.parley.Reply;
import dev.parley.Subscriber;
import dev.parley.Timeout;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallsTest extends Bench {

  record PriceRequest(String item) {}

  record Price(String item, long cents) {}

  record Tick(long number) {}

  // tag::client-contract
  interface Pricing {
    @Subscriber("price")
    Price price(PriceRequest request);

    @Subscriber("price")
    CompletableFuture<Price> priceAsync(PriceRequest request); // the same, as a future

    @Subscriber("ticks")
    Stream<Tick> ticks(long count); // many replies

    @Subscriber("audit")
    void audit(String event); // fire and forget

    default long cents(String item) { // runs at the caller
      return price(new PriceRequest(item)).cents();
    }
  }

  // end::client-contract

  // tag::client-server
  static class PriceList implements Pricing {
    @Override
    public Price price(PriceRequest request) {
      return new Price(request.item(), 250);
    }

    @Override
    public CompletableFuture<Price> priceAsync(PriceRequest request) {
      return CompletableFuture.completedFuture(price(request)); // price is what is served
    }

    @Override
    public Stream<Tick> ticks(long count) {
      return LongStream.rangeClosed(1, count).mapToObj(Tick::new);
    }

    @Override
    public void audit(String event) {}
  }

  // end::client-server

  // tag::client-methods
  interface Calculator {
    @Subscriber("calculator")
    long add(long left, long right);

    @Subscriber("calculator")
    @Timeout("500ms")
    long divide(long dividend, long divisor);

    @Subscriber("calculator")
    long power(long base, int exponent, @Header("tenant") String tenant, @Timeout Duration limit);
  }

  // end::client-methods

  static class Abacus implements Calculator {
    @Override
    public long add(long left, long right) {
      return left + right;
    }

    @Override
    public long divide(long dividend, long divisor) {
      return dividend / divisor;
    }

    @Override
    public long power(long base, int exponent, String tenant, Duration left) {
      return BigInteger.valueOf(base).pow(exponent).longValueExact();
    }
  }

  // tag::client-generic
  interface Store<T> {
    @Subscriber("${store.queue:store}")
    Optional<T> find(String id);
  }

  interface Prices extends Store<Price> {}

  // end::client-generic

  static class PriceStore implements Prices {
    @Override
    public Optional<Price> find(String id) {
      return id.equals("tea") ? Optional.of(new Price("tea", 250)) : Optional.empty();
    }
  }

  // tag::client-forms
  interface Stock {
    @Subscriber("stock")
    int count(String item) throws OutOfStock; // the one that is served

    @Subscriber("stock")
    default Reply<Integer> full(String item) { // the same with headers and timings
      throw new UnsupportedOperationException("for callers");
    }

    @Subscriber("renew")
    CompletableFuture<Void> renew(String item); // done when it is handled
  }

  // end::client-forms

  static class OutOfStock extends Exception {
    private static final long serialVersionUID = 1;

    OutOfStock(String message) {
      super(message);
    }
  }

  static class Shelf implements Stock {
    @Override
    public int count(String item) throws OutOfStock {
      if (item.equals("pears")) {
        throw new OutOfStock("no " + item);
      }
      return 3;
    }

    @Override
    public CompletableFuture<Void> renew(String item) {
      return CompletableFuture.completedFuture(null);
    }
  }

  // tag::two-way
  interface Chat {
    @Subscriber("chat")
    Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines);
  }

  // end::two-way

  static class Room implements Chat {
    @Override
    public Flow.Publisher<String> chat(String room, Flow.Publisher<String> lines) {
      return lines; // an echo
    }
  }

  @BeforeEach
  void start() {
    broker.register(new PriceList());
    broker.register(new Abacus());
    broker.register(new Room());
    broker.register(new PriceStore());
    broker.register(new Shelf());
    for (String group : List.of("north", "south")) {
      broker.subscribe(
          topic("offers", group), String.class, item -> new Price(item + " " + group, 240));
    }
    broker.start();
  }

  @Test
  void aClientOfAnInterface() {
    // tag::client
    Pricing pricing = broker.client(Pricing.class, timeout(ofSeconds(2)));
    Price price = pricing.price(new PriceRequest("tea"));
    CompletableFuture<Price> future = pricing.priceAsync(new PriceRequest("tea"));
    pricing.audit("asked for tea");
    // end::client
    assertThat(price).isEqualTo(new Price("tea", 250));
    assertThat(future).succeedsWithin(LIMIT).isEqualTo(price);
    assertThat(pricing.cents("tea")).isEqualTo(250);
  }

  @Test
  void severalMethodsOnOneQueue() {
    Calculator calculator = broker.client(Calculator.class);
    assertThat(calculator.add(2, 3)).isEqualTo(5);
    assertThat(calculator.divide(6, 3)).isEqualTo(2);
    assertThat(calculator.power(2, 10, "north", ofSeconds(5))).isEqualTo(1024);
  }

  @Test
  void aContractThatFillsAnotherOne() {
    Prices prices = broker.client(Prices.class);
    assertThat(prices.find("tea")).contains(new Price("tea", 250));
    assertThat(prices.find("gold")).isEmpty();
  }

  @Test
  void formsOfOneOperation() throws OutOfStock {
    Stock stock = broker.client(Stock.class);
    assertThat(stock.count("tea")).isEqualTo(3);
    assertThat(stock.full("tea").handled()).isPresent();
    assertThat(stock.renew("tea")).succeedsWithin(LIMIT);
    assertThatThrownBy(() -> stock.count("pears")).isInstanceOf(HandlerFailedException.class);
  }

  @Test
  void streamsOfReplies() {
    Pricing pricing = broker.client(Pricing.class);
    // tag::stream
    try (Stream<Tick> ticks = pricing.ticks(1_000_000)) {
      ticks.limit(3).forEach(tick -> note(tick.number()));
    } // ends the call: the server's stream is closed as well

    var call = to("ticks").callback(Tick.class).credit(100).idleTimeout(ofSeconds(5));
    long sum = broker.stream(1_000, call).mapToLong(Tick::number).sum();
    Flow.Publisher<Tick> publisher = broker.streamAsync(1_000, call); // for a reactive library
    // end::stream
    assertThat(sum).isEqualTo(500_500);
    assertThat(publisher).isNotNull();
  }

  @Test
  void itemsOfBothSides() throws Exception {
    // tag::two-way-call
    SubmissionPublisher<String> mine = new SubmissionPublisher<>();
    Flow.Publisher<String> theirs = broker.client(Chat.class).chat("tea", mine);
    // end::two-way-call
    SubmissionPublisher<String> heard = new SubmissionPublisher<>();
    CompletableFuture<Void> done = heard.consume(this::note);
    theirs.subscribe(new Forwarding(heard));
    await().until(() -> mine.getNumberOfSubscribers() == 1);
    mine.submit("hello");
    assertThat(noted()).isEqualTo("hello");
    mine.close();
    assertThat(done).succeedsWithin(LIMIT);
  }

  @Test
  void repliesOfEverybody() {
    // tag::gather
    var offers = toTopic("offers").callback(Price.class);
    List<Reply<Price>> all = broker.gather("tea", offers.timeout(ofMillis(300)));
    List<Reply<Price>> two = broker.gather("tea", offers, 2);
    List<Reply<Price>> cheap =
        broker.gather(
            "tea", offers, replies -> replies.stream().anyMatch(r -> r.value().cents() < 245));
    // end::gather
    assertThat(all).hasSize(2);
    assertThat(two).hasSize(2);
    assertThat(cheap).isNotEmpty();
  }

  @Test
  void cancellation() {
    // tag::cancel
    CompletableFuture<Price> future =
        broker.publishAsync(new PriceRequest("tea"), to("price").callback(Price.class));
    future.cancel(true); // not begun it is dropped, running it is interrupted
    // end::cancel
    assertThat(future).isCancelled();
  }

  @Test
  void tasksOfAHandler() {
    // tag::executor
    broker.subscribe(
        "total",
        String.class,
        item ->
            CompletableFuture.supplyAsync(
                () -> broker.client(Pricing.class).cents(item), // inherits the deadline
                broker.executor()));
    // end::executor
    assertThat(broker.publish("tea", to("total").callback(Long.class))).isEqualTo(250);
  }

  private record Forwarding(SubmissionPublisher<String> target) implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String item) {
      target.submit(item);
    }

    @Override
    public void onError(Throwable error) {
      target.closeExceptionally(error);
    }

    @Override
    public void onComplete() {
      target.close();
    }
  }
}
