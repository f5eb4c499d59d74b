package dev.parley.template.service;

import static dev.parley.PublishOptions.to;
import static dev.parley.SubscribeOptions.queue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.parley.Broker;
import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.Reply;
import dev.parley.TypeRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final CompletableFuture<Reply<Receipt>> received = new CompletableFuture<>();
  private Broker broker;
  private OrderClient client;

  @BeforeEach
  void start() {
    broker = Broker.of("memory:orders-test");
    broker.register(new Orders());
    client = new OrderClient(broker);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void placeReturnsTheReceiptOfTheOrder() {
    broker.start();

    assertThat(client.place(order("tea", 3), LIMIT)).isEqualTo(new Receipt("A-1", 750));
  }

  @Test
  void placeAsyncReturnsTheReceiptOfTheOrder() {
    broker.start();

    assertThat(client.placeAsync(order("cake", 2)))
        .succeedsWithin(LIMIT)
        .isEqualTo(new Receipt("A-1", 960));
  }

  @Test
  void requestSendsTheReceiptToTheHandlerOfReceipts() {
    broker.subscribe(queue("receipts"), new TypeRef<Reply<Receipt>>() {}, received::complete);
    broker.start();

    client.request(order("coffee", 1));

    assertThat(received)
        .succeedsWithin(LIMIT)
        .extracting(Reply::value)
        .isEqualTo(new Receipt("A-1", 320));
  }

  @Test
  void sentOrderIsHandled() throws Exception {
    CompletableFuture<String> handled = new CompletableFuture<>();
    Broker other = Broker.of("memory:orders-test-sent");
    try (other) {
      other.consume("orders", Order.class, order -> handled.complete(order.id()));
      other.start();

      new OrderClient(other).send(order("tea", 1));

      assertThat(handled.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("A-1");
    }
  }

  @Test
  void unknownItemIsRefusedWithItsName() {
    broker.start();

    assertThatThrownBy(() -> client.place(order("caviar", 1), LIMIT))
        .asInstanceOf(type(HandlerFailedException.class))
        .extracting(HandlerFailedException::remoteMessage)
        .isEqualTo("No price for \"caviar\"");
  }

  @Test
  void invalidOrderIsRefusedWithThePathsOfItsMistakes() {
    broker.start();
    Order invalid = new Order("A-1", " ", List.of(new Order.Line("tea", 0)));

    assertThatThrownBy(() -> client.place(invalid, LIMIT))
        .asInstanceOf(type(InvalidMessageException.class))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .extracting("path")
                    .containsExactlyInAnyOrder("customer", "lines[0].quantity"));
  }

  @Test
  void orderWithoutLinesIsRefused() {
    broker.start();

    assertThatThrownBy(
            () ->
                broker.publish(
                    Map.of("id", "A-1", "customer", "Ada"), to("orders").callback(Receipt.class)))
        .asInstanceOf(type(InvalidMessageException.class))
        .satisfies(e -> assertThat(e.violations()).extracting("path").containsExactly("lines"));
  }

  private static Order order(String item, int quantity) {
    return new Order("A-1", "Ada", List.of(new Order.Line(item, quantity)));
  }
}
