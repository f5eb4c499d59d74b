package dev.parley.conformance;

import static dev.parley.ClientOptions.timeout;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Subscriber;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Contracts that build on others, and the classes that serve them. */
abstract class TypedInheritanceContract extends Chapter {

  record Price(String item, long cents) {}

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

  interface Crud<T, K> {
    @Subscriber("${app.prefix}crud")
    Optional<T> get(K id);

    @Subscriber("${app.prefix}crud")
    Map<K, List<T>> grouped(Map<K, List<T>> all, int number);

    @Subscriber("${app.prefix}crud")
    CompletableFuture<T[]> array(T[] all);
  }

  interface Prices extends Crud<Price, UUID> {
    @Override
    Optional<Price> get(UUID id); // the annotation stays above
  }

  static class PriceCrud implements Prices {
    @Override
    public Optional<Price> get(UUID id) {
      return Optional.of(new Price(id.toString(), 1));
    }

    @Override
    public Map<UUID, List<Price>> grouped(Map<UUID, List<Price>> all, int number) {
      all.forEach((id, prices) -> assertThat(prices.get(0).item()).isEqualTo(id.toString()));
      return all;
    }

    @Override
    public CompletableFuture<Price[]> array(Price[] all) {
      return CompletableFuture.completedFuture(new Price[] {all[1], all[0]});
    }
  }

  @Test
  void anInterfaceThatFillsAnotherOneIsAContract() throws Exception {
    fixture.started(on -> on.register(new PriceCrud()));
    Prices prices = fixture.broker().client(Prices.class, timeout(ofSeconds(5)));
    UUID id = new UUID(1, 2);
    Price price = new Price(id.toString(), 1);

    assertThat(prices.get(id)).contains(price);
    assertThat(prices.grouped(Map.of(id, List.of(price)), 1)).isEqualTo(Map.of(id, List.of(price)));
    assertThat(prices.array(new Price[] {price, new Price("b", 2)}).get(5, TimeUnit.SECONDS))
        .containsExactly(new Price("b", 2), price);
  }

  interface Numbers {
    @Subscriber(value = "${app.prefix}numbers", concurrency = "${no.such.setting:2}")
    int sum(List<Integer> all, int more);

    @Subscriber(value = "${app.prefix}numbers", concurrency = "2")
    int one(int number);
  }

  static class NumberServer implements Numbers {
    @Override
    public int sum(List<Integer> all, int more) {
      return all.stream().mapToInt(Integer::intValue).sum() + more;
    }

    @Override
    public int one(int number) {
      return number;
    }
  }

  /** As a library makes one at run time: it overrides, and has lost the type arguments. */
  static class Generated extends NumberServer {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // the point of it
    public int sum(List all, int more) {
      return super.sum(all, more);
    }
  }

  static class Annotated extends NumberServer {
    @Override
    @Subscriber(value = "${app.prefix}numbers", concurrency = "3")
    public int sum(List<Integer> all, int more) {
      return super.sum(all, more);
    }

    @Override
    @Subscriber(value = "${app.prefix}numbers", concurrency = "3")
    public int one(int number) {
      return super.one(number);
    }
  }

  record Recorded(int base) implements Numbers {
    @Override
    public int sum(List<Integer> all, int more) {
      return base + all.get(0) + more;
    }

    @Override
    public int one(int number) {
      return base + number;
    }
  }

  private static Numbers proxy() {
    NumberServer behind = new NumberServer();
    return (Numbers)
        Proxy.newProxyInstance(
            Numbers.class.getClassLoader(),
            new Class<?>[] {Numbers.class},
            (proxy, method, arguments) -> method.invoke(behind, arguments));
  }

  private void serves(Numbers server) {
    Broker broker = fixture.started(on -> on.register(server));
    Numbers client = broker.client(Numbers.class, timeout(ofSeconds(5)));

    assertThat(client.sum(List.of(1, 2), 3)).isEqualTo(server.sum(List.of(1, 2), 3));
    assertThat(client.one(4)).isEqualTo(server.one(4));
    broker.close();
  }

  @Test
  void aClassServesWhateverItIsMadeOf() {
    serves(new NumberServer() {});
    serves(new Generated());
    serves(new Annotated());
    serves(new Recorded(10));
    serves(proxy());
  }

  interface Doubler extends Function<Integer, Integer> {
    @Override
    @Subscriber("${app.prefix}doubler")
    Integer apply(Integer number);
  }

  @Test
  void aLambdaServesAnInterfaceThatSaysItsTypes() {
    Broker broker = fixture.started(on -> on.register((Doubler) number -> 2 * number));

    assertThat(broker.client(Doubler.class).apply(21)).isEqualTo(42);
  }

  interface Left {
    @Subscriber("${app.prefix}both")
    String left(String body);
  }

  interface Right {
    @Subscriber("${app.prefix}both")
    String right(String body);
  }

  static class Both implements Left, Right {
    @Override
    public String left(String body) {
      return "left " + body;
    }

    @Override
    public String right(String body) {
      return "right " + body;
    }
  }

  @Test
  void aClassServesTwoInterfacesOnOneQueue() {
    Broker broker = fixture.started(on -> on.register(new Both()));

    assertThat(broker.client(Left.class).left("x")).isEqualTo("left x");
    assertThat(broker.client(Right.class).right("x")).isEqualTo("right x");
  }

  interface Busy {
    @Subscriber(value = "${app.prefix}busy", concurrency = "2")
    CompletableFuture<String> meet(String body);
  }

  @Test
  void theConcurrencyOfTheInterfaceIsTheServers() throws Exception {
    CyclicBarrier two = new CyclicBarrier(2);
    Busy server =
        body -> {
          try {
            two.await(10, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException("nobody else came", e);
          }
          return CompletableFuture.completedFuture(body);
        };
    Broker broker = fixture.started(on -> on.register(server));
    Busy client = broker.client(Busy.class, timeout(ofSeconds(15)));

    CompletableFuture<String> one = client.meet("a");
    CompletableFuture<String> other = client.meet("b");

    assertThat(one.get(15, TimeUnit.SECONDS)).isEqualTo("a");
    assertThat(other.get(15, TimeUnit.SECONDS)).isEqualTo("b");
  }

  interface OneForm {
    @Subscriber("${app.prefix}one")
    default String price(String item) {
      return priceAsync(item).join();
    }

    @Subscriber("${app.prefix}one")
    CompletableFuture<String> priceAsync(String item);
  }

  @Test
  void theFutureServesWhereThePlainOneIsLeftToTheInterface() throws Exception {
    fixture.started(
        on -> on.register((OneForm) item -> CompletableFuture.completedFuture("async " + item)));
    OneForm client = fixture.broker().client(OneForm.class, timeout(ofSeconds(5)));

    assertThat(client.price("tea")).isEqualTo("async tea");
    assertThat(client.priceAsync("tea").get(5, TimeUnit.SECONDS)).isEqualTo("async tea");
  }
}
