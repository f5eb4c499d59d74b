package dev.parley.conformance;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.broadcast;
import static dev.parley.SubscribeOptions.queue;
import static dev.parley.SubscribeOptions.topic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Broker;
import dev.parley.Handlers;
import dev.parley.Subscriber;
import dev.parley.Subscription;
import dev.parley.SubscriptionState;
import dev.parley.conformance.Samples.Order;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contract §1: the ways to register a handler. */
abstract class RegistrationContract extends Chapter {

  /** Handlers of every visibility, one of them for two queues. */
  static class Greetings {
    @Subscriber("${app.prefix}hello")
    @Subscriber("${app.prefix}hallo")
    public String greet(String name) {
      return "Hello " + name;
    }

    @SuppressWarnings("unused") // called by the engine
    @Subscriber("${app.prefix}bye")
    private String leave(String name) {
      return "Bye " + name;
    }
  }

  /** Inherits its handlers, and overrides one of them. */
  static final class Loud extends Greetings {
    @Override
    public String greet(String name) {
      return super.greet(name).toUpperCase(java.util.Locale.ROOT);
    }
  }

  private String call(Broker broker, String queue, Object body) {
    return String.valueOf(
        broker.publish(body, to(fixture.name(queue)).callback(String.class).raiseTimeout()));
  }

  @Test
  void everyAnnotatedMethodOfAnObjectIsAHandler() {
    Broker broker = fixture.broker();
    List<Subscription> registered = broker.register(new Greetings());
    broker.start();

    assertThat(registered)
        .extracting(Subscription::name)
        .containsExactlyInAnyOrder(
            fixture.name("hello"), fixture.name("hallo"), fixture.name("bye"));
    assertThat(call(broker, "hello", "Ada")).isEqualTo("Hello Ada");
    assertThat(call(broker, "hallo", "Ada")).isEqualTo("Hello Ada");
    assertThat(call(broker, "bye", "Ada")).isEqualTo("Bye Ada");
  }

  @Test
  void inheritedHandlersAreRegisteredAndOverridden() {
    Broker broker = fixture.started(on -> on.register(new Loud()));

    assertThat(call(broker, "hello", "Ada")).isEqualTo("HELLO ADA");
    assertThat(call(broker, "bye", "Ada")).isEqualTo("Bye Ada");
  }

  /** Everything about it is configured. */
  static final class Configured {
    final Gate gate = new Gate();

    @Subscriber(
        value = "${app.prefix}${orders.queue:orders}",
        concurrency = "${orders.concurrency:2}",
        retry = "${orders.retry:0}",
        limit = "${orders.limit:10s}")
    void take(Order order) throws InterruptedException {
      gate.pass();
    }
  }

  @Test
  void placeholdersAreFilledFromTheConfiguration() {
    Configured handlers = new Configured();
    Broker broker =
        fixture.started(
            on -> on.register(handlers), "orders.queue", "special", "orders.concurrency", "3");

    assertThat(broker.subscriptions())
        .extracting(Subscription::name)
        .containsExactly(fixture.name("special"));
    for (int i = 1; i <= 5; i++) {
      broker.publish(new Order("o-" + i, 1), to(fixture.name("special")));
    }
    handlers.gate.awaitEntered(3);
    handlers.gate.open();
    handlers.gate.awaitEntered(5);
    assertThat(handlers.gate.most()).isEqualTo(3);
  }

  @Test
  void placeholdersHaveDefaults() {
    Broker broker = fixture.started(on -> on.register(new Configured()));

    assertThat(broker.subscription(fixture.name("orders"))).isPresent();
  }

  @Test
  void lambdasTakePlaceholdersToo() {
    Broker broker =
        fixture.started(
            on -> on.subscribe(queue("${app.prefix}lambda"), String.class, body -> body + "!"));

    assertThat(call(broker, "lambda", "x")).isEqualTo("x!");
  }

  @Test
  void aGroupOfHandlersHasItsPrefix() {
    Broker broker = fixture.broker();
    Handlers shop = broker.group(fixture.name("shop."));
    Subscription outer = shop.subscribe("orders", String.class, body -> "shop");
    Subscription inner = shop.group("eu.").subscribe("orders", String.class, body -> "eu");
    Subscription news = shop.consume(topic("news", "g"), String.class, body -> {});
    broker.start();

    assertThat(outer.name()).isEqualTo(fixture.name("shop.orders"));
    assertThat(inner.name()).isEqualTo(fixture.name("shop.eu.orders"));
    assertThat(news.name()).isEqualTo(fixture.name("shop.news") + "/g");
    assertThat(call(broker, "shop.orders", "x")).isEqualTo("shop");
    assertThat(call(broker, "shop.eu.orders", "x")).isEqualTo("eu");
  }

  @Test
  void interceptorsOfAGroupRunInsideThoseOfTheBroker() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Broker broker =
        fixture.open(
            fixture
                .builder()
                .intercept(
                    (message, next) -> {
                      order.add("broker");
                      return next.proceed();
                    }));
    broker
        .group(
            fixture.prefix(),
            (message, next) -> {
              order.add("group");
              return next.proceed();
            })
        .subscribe("inside", String.class, body -> body);
    broker.subscribe(fixture.name("outside"), String.class, body -> body);
    broker.start();

    call(broker, "inside", "x");
    assertThat(order).containsExactly("broker", "group");
    call(broker, "outside", "x");
    assertThat(order).containsExactly("broker", "group", "broker");
  }

  @Test
  void aHandlerRegisteredAfterTheStartStartsByItself() {
    Broker broker = fixture.broker();
    broker.start();

    Subscription late =
        broker.subscribe(fixture.name("late"), String.class, body -> "late " + body);
    broker.declare(fixture.name("late")); // so that the call can wait for it

    assertThat(call(broker, "late", "x")).isEqualTo("late x");
    assertThat(late.state()).isEqualTo(SubscriptionState.RUNNING);
  }

  @Test
  void subscriptionsAreListedInTheirOrderUnderTheirNames() {
    Broker broker = fixture.broker();
    broker.consume(fixture.name("q"), String.class, body -> {});
    broker.consume(topic(fixture.name("t"), "g"), String.class, body -> {});
    broker.consume(broadcast(fixture.name("t")), String.class, body -> {});

    assertThat(broker.subscriptions())
        .extracting(Subscription::name)
        .containsExactly(fixture.name("q"), fixture.name("t") + "/g", fixture.name("t") + "/*");
    assertThat(broker.subscriptions())
        .extracting(Subscription::state)
        .containsOnly(SubscriptionState.REGISTERED);
    assertThat(broker.subscription(fixture.name("t") + "/g")).isPresent();
    assertThat(broker.subscription("unknown")).isEmpty();
  }
}
