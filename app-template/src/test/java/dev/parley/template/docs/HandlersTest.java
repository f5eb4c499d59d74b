package dev.parley.template.docs;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Batch;
import dev.parley.Broker;
import dev.parley.Configuration;
import dev.parley.DeclarationException;
import dev.parley.Handlers;
import dev.parley.Header;
import dev.parley.Message;
import dev.parley.PublishTo;
import dev.parley.Reply;
import dev.parley.Subscriber;
import dev.parley.Subscription;
import dev.parley.TypeRef;
import dev.parley.template.docs.Shop.Order;
import dev.parley.template.docs.Shop.Receipt;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class HandlersTest extends Bench {
  private static final Order ORDER = new Order("A-1", 3);

  final class Methods {
    // tag::handler-body
    @Subscriber("orders")
    Receipt place(Order order) {
      return new Receipt(order.id(), 250L * order.quantity());
    }

    // end::handler-body

    // tag::handler-message
    @Subscriber("audit")
    void audit(Message<Order> message, @Header("tenant") Optional<String> tenant) {
      note(message.queue() + " " + message.attempt() + " " + tenant.orElse("nobody"));
    }

    // end::handler-message

    // tag::handler-constraints
    @Subscriber("rpc_queue")
    long fibonacci(@Min(0) @Max(92) int n) {
      return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    }

    // end::handler-constraints

    // tag::handler-batch
    @Subscriber(value = "readings", batchSize = "500", batchLinger = "50ms")
    void store(Batch<Double> readings) {
      note(readings.bodies());
    }

    // end::handler-batch

    // tag::handler-reply-headers
    @Subscriber("prices")
    Message<Long> price(String item) {
      return Message.of(250L).header("currency", "EUR");
    }

    // end::handler-reply-headers

    // tag::handler-async
    @Subscriber("stock")
    CompletionStage<Integer> stock(String item) {
      return completedFuture(42);
    }

    // end::handler-async

    // tag::handler-reply
    @Subscriber("receipts")
    void onReceipt(Reply<Receipt> reply) {
      if (reply.isError()) {
        note("refused");
      } else {
        note(reply.value());
      }
    }
    // end::handler-reply
  }

  static final class Forwarding {
    // tag::handler-publish-to
    @Subscriber("orders")
    @PublishTo("invoices")
    Receipt place(Order order) {
      return new Receipt(order.id(), 250L * order.quantity());
    }
    // end::handler-publish-to
  }

  static final class Configured {
    // tag::handler-placeholders
    @Subscriber(value = "${orders.queue}", concurrency = "${orders.concurrency:8}")
    Receipt place(Order order) {
      return new Receipt(order.id(), 250L * order.quantity());
    }
    // end::handler-placeholders
  }

  static final class Mistaken {
    @Subscriber("")
    void nowhere(Order order) {}
  }

  private void startWithMethods() {
    broker.register(new Methods());
    broker.start();
  }

  @Test
  void returnValueIsTheReply() {
    startWithMethods();

    assertThat(broker.publish(ORDER, to("orders").callback(Receipt.class)))
        .isEqualTo(new Receipt("A-1", 750));
    assertThat(broker.publish(10, to("rpc_queue").callback(Long.class))).isEqualTo(55);
    assertThat(broker.publish("tea", to("stock").callback(Integer.class))).isEqualTo(42);
  }

  @Test
  void messageHasIdsAttemptAndHeaders() throws Exception {
    startWithMethods();

    broker.publish(ORDER, to("audit").header("tenant", "north"));

    assertThat(noted()).isEqualTo("audit 1 north");
  }

  @Test
  void batchHasSeveralMessages() throws Exception {
    broker.declare("readings");
    broker.publish(1.5, to("readings"));
    broker.publish(2.5, to("readings"));

    startWithMethods();

    assertThat(noted()).isEqualTo("[1.5, 2.5]");
  }

  @Test
  void returnedMessageCarriesHeaders() {
    startWithMethods();

    Reply<Long> reply = broker.request("tea", to("prices").callback(Long.class));

    assertThat(reply.value()).isEqualTo(250);
    assertThat(reply.headers()).containsEntry("currency", "EUR");
  }

  @Test
  void replyHandlerGetsTheReplyOfARequestNobodyWaitsFor() throws Exception {
    startWithMethods();

    broker.publish(ORDER, to("orders").replyTo("receipts"));

    assertThat(noted()).isEqualTo("Receipt[id=A-1, cents=750]");
  }

  @Test
  void publishToAlsoSendsTheReturnValue() throws Exception {
    broker.register(new Forwarding());
    broker.consume("invoices", Receipt.class, this::note);
    broker.start();

    broker.publish(ORDER, to("orders"));

    assertThat(noted()).isEqualTo("Receipt[id=A-1, cents=750]");
  }

  @Test
  void placeholdersComeFromTheConfiguration() {
    Configuration configuration =
        Configuration.of(
            Map.of("broker.url", "memory:handlers-test", "orders.queue", "orders-north"));
    try (Broker configured = Broker.of(configuration)) {
      configured.register(new Configured());

      assertThat(configured.subscriptions())
          .extracting(Subscription::name)
          .containsExactly("orders-north");
    }
  }

  @Test
  void lambdasAreHandlersToo() throws Exception {
    // tag::handler-lambda
    broker.subscribe("length", String.class, text -> text.length());
    broker.consume("print", String.class, text -> note(text));
    broker.subscribe(
        queue("sum").concurrency(8).retry(5).limit(Duration.ofSeconds(90)),
        new TypeRef<List<Integer>>() {},
        numbers -> numbers.stream().mapToInt(Integer::intValue).sum());
    // end::handler-lambda
    broker.start();

    assertThat(broker.publish("four", to("length").callback(Integer.class))).isEqualTo(4);
    assertThat(broker.publish(List.of(1, 2, 3), to("sum").callback(Integer.class))).isEqualTo(6);
    broker.publish("hello", to("print"));
    assertThat(noted()).isEqualTo("hello");
  }

  @Test
  void groupHasAPrefixAndInterceptors() throws Exception {
    // tag::handler-group
    Handlers north =
        broker.group(
            "north.",
            (message, next) -> {
              note("before " + message.queue());
              return next.proceed();
            });
    north.register(new Shop()); // handles "north.orders"
    // end::handler-group
    broker.start();

    assertThat(broker.publish(ORDER, to("north.orders").callback(Receipt.class)))
        .isEqualTo(new Receipt("A-1", 750));
    assertThat(noted()).isEqualTo("before north.orders");
  }

  @Test
  void mistakeInADeclarationNamesClassAndMethod() {
    assertThatThrownBy(() -> broker.register(new Mistaken()))
        .isInstanceOf(DeclarationException.class)
        .hasMessageContaining("Mistaken")
        .hasMessageContaining("nowhere");
  }
}
