package dev.parley.template.service;

import static dev.parley.PublishOptions.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.parley.HandlerFailedException;
import dev.parley.InvalidMessageException;
import dev.parley.test.TestBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrdersTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension TestBroker broker = TestBroker.with(new Orders(), new Receipts());

  private OrderClient client;

  @BeforeEach
  void connect() {
    client = new OrderClient(broker);
  }

  @Test
  void placeReturnsTheReceiptOfTheOrder() {
    assertThat(client.place(order("tea", 3), LIMIT)).isEqualTo(new Receipt("A-1", 750));
  }

  @Test
  void placeAsyncReturnsTheReceiptOfTheOrder() {
    assertThat(client.placeAsync(order("cake", 2)))
        .succeedsWithin(LIMIT)
        .isEqualTo(new Receipt("A-1", 960));
  }

  @Test
  void requestSendsTheReceiptToTheHandlerOfReceipts() {
    client.request(order("coffee", 1));

    broker.awaitHandled("receipts");
    assertThat(broker.published("receipts", Receipt.class))
        .containsExactly(new Receipt("A-1", 320));
  }

  @Test
  void sentOrderIsHandledAndNobodyGetsAReply() {
    client.send(order("tea", 1));

    broker.awaitHandled("orders");
    assertThat(broker.replies("orders")).isEmpty();
  }

  @Test
  void orderThatComesTwiceIsHandledTwice() {
    broker.faults().duplicateNext("orders"); // what at least once means: be ready for it

    client.send(order("tea", 1));

    broker.awaitHandled("orders", 2);
  }

  @Test
  void orderThatNobodyWaitsForAndNobodyCanPriceIsADeadLetter() {
    client.send(order("caviar", 1));

    broker.awaitIdle();
    assertThat(broker.deadLetters("orders"))
        .singleElement()
        .satisfies(
            letter -> assertThat(letter.errorMessage()).isEqualTo("No price for \"caviar\""));
  }

  @Test
  void unknownItemIsRefusedWithItsName() {
    assertThatThrownBy(() -> client.place(order("caviar", 1), LIMIT))
        .asInstanceOf(type(HandlerFailedException.class))
        .extracting(HandlerFailedException::remoteMessage)
        .isEqualTo("No price for \"caviar\"");
  }

  @Test
  void invalidOrderIsRefusedWithThePathsOfItsMistakes() {
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
