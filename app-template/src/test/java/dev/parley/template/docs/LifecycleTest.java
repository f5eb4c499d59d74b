package dev.parley.template.docs;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Application;
import dev.parley.Broker;
import dev.parley.Configuration;
import dev.parley.Counter;
import dev.parley.Health;
import dev.parley.Message;
import dev.parley.TypeRef;
import dev.parley.template.docs.Shop.Order;
import dev.parley.template.docs.Shop.Receipt;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LifecycleTest extends Bench {

  @Test
  void applicationRunsItsHooksInOrder() throws Exception {
    Configuration configuration = Configuration.of(Map.of("broker.url", "memory:lifecycle-test"));
    CompletableFuture<Application> running = new CompletableFuture<>();
    // tag::application
    Application application =
        Application.configure(configuration) // or configure(args): all sources, arguments on top
            .handlers(new Shop())
            .beforeStart(broker -> note("registered, not started"))
            .afterStart(broker -> note("consuming"))
            .beforeStop(broker -> note("still handling"))
            .afterStop(() -> note("closed"));
    // end::application
    application.afterStart(broker -> running.complete(application));
    Thread main = new Thread(application::run, "lifecycle-test");
    main.start();
    running.join().stop();
    main.join(LIMIT.toMillis());

    assertThat(new String[] {noted(), noted(), noted(), noted()})
        .containsExactly("registered, not started", "consuming", "still handling", "closed");
  }

  @Test
  void brokerWithoutHandlersIsAClient() {
    broker.register(new Shop());
    broker.start();
    String url = "memory:lifecycle-client";
    try (Broker server = Broker.of(url)) {
      server.register(new Shop());
      server.start();
      // tag::client-only
      try (Broker client = Broker.of(url)) { // connects at the first publish
        client.publish(new Order("A-1", 3), to("orders").callback(Receipt.class));
      }
      // end::client-only
    }
  }

  @Test
  void healthAndCountersTellTheTruth() {
    broker.register(new Shop());
    broker.start();
    // tag::health
    Health health = broker.health();
    boolean ready = health.healthy(); // all connections up, all subscriptions consuming

    long handled = broker.counters().get(Counter.HANDLED);
    // end::health
    assertThat(ready).isTrue();
    assertThat(handled).isZero();
  }

  @Test
  void subscriptionsCanBePaused() {
    broker.register(new Shop());
    broker.start();
    // tag::pause
    broker.subscription("orders").orElseThrow().pause();
    broker.subscription("orders").orElseThrow().resume();
    // end::pause
    assertThat(broker.publish(new Order("A-1", 3), to("orders").callback(Receipt.class)))
        .isEqualTo(new Receipt("A-1", 750));
  }

  @Test
  void interceptorSurroundsPublishes() {
    String url = "memory:interceptor-test";
    // tag::interceptor
    Broker traced =
        Broker.builder()
            .url(url)
            .intercept((message, options, next) -> next.proceed(message.header("tenant", "north")))
            .build();
    // end::interceptor
    try (traced) {
      traced.subscribe(
          queue("whose"),
          new TypeRef<Message<String>>() {},
          message -> message.header("tenant").orElse("nobody"));
      traced.start();

      assertThat(traced.publish("", to("whose").callback(String.class))).isEqualTo("north");
    }
  }
}
